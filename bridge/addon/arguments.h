// Reading arguments from JavaScript: every mistake becomes a TypeError or RangeError that names the
// argument, never undefined behaviour. All [engine-thread] or [control-thread], before the hot path.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace jambridge {

/// A number that is an integer in low..high.
uint32_t ReadUint32(const Napi::Value& value, const char* name, uint32_t low, uint32_t high);
bool ReadBoolean(const Napi::Value& value, const char* name);
/// UTF-8 of at most `bytesMax` bytes without NUL.
std::string ReadText(const Napi::Value& value, const char* name, size_t bytesMax);

/// Microseconds from JavaScript as nanoseconds: not-a-number and negative are 0, the rest is capped.
int64_t NsFromUs(double us);

/// An ArrayBuffer over native memory that keeps its owner alive for as long as JavaScript holds it.
template <typename Owner>
Napi::ArrayBuffer ShareMemory(Napi::Env env, std::shared_ptr<Owner> owner, void* bytes, size_t length) {
  auto* hold = new std::shared_ptr<Owner>(std::move(owner));
  return Napi::ArrayBuffer::New(
      env, bytes, length, [](Napi::Env, void*, std::shared_ptr<Owner>* held) { delete held; }, hold);
}

/// Turns a std::exception (no memory, say) into a JavaScript Error; node-addon-api knows only its own.
template <typename Call>
auto Guarded(Napi::Env env, Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& problem) {
    throw Napi::Error::New(env, problem.what());
  }
}

}  // namespace jambridge
