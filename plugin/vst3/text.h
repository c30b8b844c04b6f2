// VST3 texts are UTF-16, ours UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jambridge::vst3 {

/// Writes at most `capacity` units, a terminating zero included; whole code points only. [any-thread]
void ToUtf16(std::string_view from, int16_t* to, size_t capacity);

template <size_t N>
void ToUtf16(std::string_view from, int16_t (&to)[N]) {
  ToUtf16(from, to, N);
}

/// Reads up to a zero or `capacity` units. [main-thread]
std::string FromUtf16(const int16_t* from, size_t capacity);

}  // namespace jambridge::vst3
