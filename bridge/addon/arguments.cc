#include "bridge/addon/arguments.h"

#include <algorithm>
#include <cmath>

#include "bridge/net/network.h"

namespace jambridge {

uint32_t ReadUint32(const Napi::Value& value, const char* name, uint32_t low, uint32_t high) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string(name) + ": must be a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= low && number <= high) || std::floor(number) != number) {
    throw Napi::RangeError::New(value.Env(), std::string(name) + ": must be an integer in " +
                                                 std::to_string(low) + ".." + std::to_string(high));
  }
  return static_cast<uint32_t>(number);
}

bool ReadBoolean(const Napi::Value& value, const char* name) {
  if (!value.IsBoolean())
    throw Napi::TypeError::New(value.Env(), std::string(name) + ": must be true or false");
  return value.As<Napi::Boolean>().Value();
}

std::string ReadText(const Napi::Value& value, const char* name, size_t bytesMax) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), std::string(name) + ": must be a string");
  std::string text = value.As<Napi::String>().Utf8Value();
  if (text.size() > bytesMax || text.find('\0') != std::string::npos) {
    throw Napi::RangeError::New(
        value.Env(), std::string(name) + ": at most " + std::to_string(bytesMax) + " bytes, without NUL");
  }
  return text;
}

int64_t NsFromUs(double us) {
  if (!(us > 0)) return 0;
  return static_cast<int64_t>(std::min(us * 1e3, static_cast<double>(Network::kSleepNsMax)));
}

}  // namespace jambridge
