#include "plugin/host/json-text.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace jambridge::host {

namespace {

/** Bytes of the UTF-8 sequence at text[at], 0 if there is none (overlong forms and surrogates included). */
size_t SequenceBytes(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  const size_t size = byte(0) < 0x80   ? 1
                      : byte(0) < 0xC2 ? 0
                      : byte(0) < 0xE0 ? 2
                      : byte(0) < 0xF0 ? 3
                      : byte(0) < 0xF5 ? 4
                                       : 0;
  if (size == 0 || size > text.size() - at) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (size > 2) {
    const uint32_t firstTwo = static_cast<uint32_t>(byte(0)) << 8 | byte(1);
    if (firstTwo < 0xE0A0 || (firstTwo >= 0xEDA0 && firstTwo < 0xEE00)) return 0;
    if ((firstTwo >= 0xF000 && firstTwo < 0xF090) || firstTwo >= 0xF490) return 0;
  }
  return size;
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const size_t size = SequenceBytes(text, at);
    if (size == 0) {
      out += "\xEF\xBF\xBD";
      ++at;
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += text.substr(at, size);
    }
    at += size;
  }
  return out + "\"";
}

JsonObject& JsonObject::Add(std::string_view key, double value) {
  if (!std::isfinite(value)) return AddRaw(key, "null");
  char digits[64];
  return AddRaw(
      key, std::string_view(digits, static_cast<size_t>(
                                        std::to_chars(digits, digits + sizeof digits, value).ptr - digits)));
}

JsonObject& JsonObject::AddRaw(std::string_view key, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_ += JsonString(key);
  members_ += ':';
  members_ += json;
  return *this;
}

}  // namespace jambridge::host
