#include "plugin/shim/number-text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <version>
#ifndef __cpp_lib_to_chars  // a C++ library that reads no floating point by from_chars
#include <xlocale.h>

#include <cstdlib>
#endif

namespace jambridge {

std::string FormatNumber(double value) {
  char text[40];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return {text, result.ptr};
}

std::string FormatFixed(double value, int digits) {
  char text[400];  // the largest double has 309 digits before the point
  const auto result = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits);
  return {text, result.ptr};
}

std::optional<double> ParseNumber(std::string_view text) {
  text = TrimBlanks(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 64 || text.starts_with('+')) return std::nullopt;
  double value = 0;
#ifdef __cpp_lib_to_chars
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
#else
  const std::string copy(text);
  char* end = nullptr;
  value = strtod_l(copy.c_str(), &end, nullptr);  // nullptr: the C locale
  if (end != copy.c_str() + copy.size()) return std::nullopt;
#endif
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::string_view TrimBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace jambridge
