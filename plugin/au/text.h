// Texts as Core Foundation has them. What a function with "New" gives belongs to its caller.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/au/apple.h"

namespace jambridge::au {

/// [main-thread]
CFStringRef NewString(std::string_view text);
CFArrayRef NewArray(const std::vector<std::string>& texts);

/// Of nullptr: nothing. [main-thread]
std::string TextOf(CFStringRef text);

}  // namespace jambridge::au
