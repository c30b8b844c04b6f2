// Whole texts through a host's stream, which may give and take any number of bytes at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "travesty/bstream.h"

namespace jambridge::vst3 {

/// All up to the end; nothing if the stream fails or there is more than kStateBytesMax. [main-thread]
std::optional<std::string> ReadAll(v3_bstream** stream);

/// False if the stream refuses. [main-thread]
bool WriteAll(v3_bstream** stream, std::string_view text);

}  // namespace jambridge::vst3
