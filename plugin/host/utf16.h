// VST3's strings: UTF-16 in int16_t arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jambridge::host {

/** Writes at most `capacity` units, the terminating 0 included. Bad UTF-8 becomes U+FFFD. */
void ToUtf16(std::string_view text, int16_t* dest, size_t capacity);

/** Reads up to the terminating 0 or `capacity` units. Lone surrogates become U+FFFD. */
std::string FromUtf16(const int16_t* text, size_t capacity);

}  // namespace jambridge::host
