#include "plugin/host/utf16.h"

namespace jambridge::host {

namespace {

constexpr uint32_t kReplacement = 0xFFFD;

/** One code point from text[at..]; moves `at` behind it. */
uint32_t TakeCodePoint(std::string_view text, size_t& at) {
  const auto first = static_cast<uint8_t>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0) return kReplacement;
  uint32_t code = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size() || (static_cast<uint8_t>(text[at]) & 0xC0) != 0x80) return kReplacement;
    code = code << 6 | (static_cast<uint8_t>(text[at++]) & 0x3FU);
  }
  return code < 0x110000 ? code : kReplacement;
}

void AppendUtf8(std::string& out, uint32_t code) {
  const auto put = [&out](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

void ToUtf16(std::string_view text, int16_t* dest, size_t capacity) {
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const uint32_t code = TakeCodePoint(text, at);
    const size_t units = code < 0x10000 ? 1 : 2;
    if (count + units >= capacity) break;
    if (units == 1) {
      dest[count++] = static_cast<int16_t>(code);
    } else {
      dest[count++] = static_cast<int16_t>(0xD800 + ((code - 0x10000) >> 10));
      dest[count++] = static_cast<int16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  dest[count] = 0;
}

std::string FromUtf16(const int16_t* text, size_t capacity) {
  std::string out;
  for (size_t i = 0; i < capacity && text[i] != 0; ++i) {
    uint32_t code = static_cast<uint16_t>(text[i]);
    if (code >= 0xD800 && code < 0xE000) {
      const uint32_t low = i + 1 < capacity ? static_cast<uint16_t>(text[i + 1]) : 0;
      if (code < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        ++i;
      } else {
        code = kReplacement;
      }
    }
    AppendUtf8(out, code);
  }
  return out;
}

}  // namespace jambridge::host
