// The plugin's state as text, for the host's project file.
//
//   jambridge-state 2
//   mode=2
//   channel=3
//   ...
//   end
//
// Keys are those of the parameter table, values plain numbers. Later versions may add keys: unknown ones are
// skipped, missing ones mean their default. The closing line tells a whole text from one whose end was lost;
// what a host pads it with is not looked at. The text is small whatever was set.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/shim/param-store.h"

namespace jambridge {

inline constexpr size_t kStateBytesMax = 64 * 1024;

using ParamValues = std::array<double, kParamCount>;

/** [main-thread] */
std::string WriteState(const ParamStore& params);

/** Values of all parameters, or nothing for a text that is no whole state of ours. [main-thread] */
std::optional<ParamValues> ReadState(std::string_view text);

}  // namespace jambridge
