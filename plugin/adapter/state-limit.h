// How much state an adapter reads from a host before it calls the stream garbage.
#pragma once

#include <cstddef>

namespace jambridge {

inline constexpr size_t kStateBytesMax = 256 * 1024;  // ours is below 1 KiB; newer ones may be longer

}  // namespace jambridge
