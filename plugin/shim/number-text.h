// Numbers as text, the same under every locale: hosts set locales with decimal commas.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jambridge {

/** The shortest text that reads back as the same double. [main-thread] */
std::string FormatNumber(double value);

/** With a fixed number of digits after the point. [main-thread] */
std::string FormatFixed(double value, int digits);

/** The whole of `text` as a finite number, blanks around it allowed. [main-thread] */
std::optional<double> ParseNumber(std::string_view text);

std::string_view TrimBlanks(std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace jambridge
