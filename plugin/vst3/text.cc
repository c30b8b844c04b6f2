#include "plugin/vst3/text.h"

namespace jambridge::vst3 {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;

// Takes one code point off the front of `text`; what is not UTF-8 becomes the replacement character.
uint32_t TakeCodePoint(std::string_view& text) {
  const auto lead = static_cast<uint8_t>(text.front());
  text.remove_prefix(1);
  if (lead < 0x80) return lead;
  const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < more) return kReplacement;
  uint32_t point = lead & (0x3FU >> more);
  for (size_t i = 0; i < more; ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if ((byte & 0xC0) != 0x80) return kReplacement;
    point = point << 6 | (byte & 0x3FU);
  }
  text.remove_prefix(more);
  return point;
}

void AppendUtf8(std::string& to, uint32_t point) {
  const auto add = [&to](uint32_t byte) { to.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    add(point);
    return;
  }
  if (point < 0x800) {
    add(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
  }
  add(0x80 | (point & 0x3F));
}

}  // namespace

void ToUtf16(std::string_view from, int16_t* to, size_t capacity) {
  if (capacity == 0) return;
  size_t used = 0;
  while (!from.empty()) {
    uint32_t point = TakeCodePoint(from);
    if (used + (point < 0x10000 ? 1 : 2) >= capacity) break;
    if (point >= 0x10000) {
      point -= 0x10000;
      to[used++] = static_cast<int16_t>(0xD800 + (point >> 10));
      point = 0xDC00 + (point & 0x3FF);
    }
    to[used++] = static_cast<int16_t>(point);
  }
  to[used] = 0;
}

std::string FromUtf16(const int16_t* from, size_t capacity) {
  std::string text;
  for (size_t i = 0; i < capacity && from[i] != 0; ++i) {
    uint32_t point = static_cast<uint16_t>(from[i]);
    if (point >= 0xD800 && point < 0xDC00 && i + 1 < capacity) {
      const uint32_t low = static_cast<uint16_t>(from[i + 1]);
      if (low >= 0xDC00 && low < 0xE000) {
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        ++i;
      }
    }
    AppendUtf8(text, point >= 0xD800 && point < 0xE000 ? kReplacement : point);
  }
  return text;
}

}  // namespace jambridge::vst3
