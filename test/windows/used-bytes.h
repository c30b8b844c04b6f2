// What a segment's mapping has committed.
#pragma once

#include <windows.h>

#include <cstdint>

#include "bridge/shm/segment.h"

namespace jambridge::test {

/** What was committed stays so until the section goes; what is discarded is zero all the same. */
inline constexpr bool kMemoryGoesBack = false;

inline uint64_t UsedBytes(const Segment& segment) {
  uint64_t used = 0;
  for (const std::byte* at = segment.base(); at < segment.base() + kSegmentBytes;) {
    MEMORY_BASIC_INFORMATION region;
    if (VirtualQuery(at, &region, sizeof region) == 0) break;
    if (region.State == MEM_COMMIT) used += region.RegionSize;
    at = static_cast<const std::byte*>(region.BaseAddress) + region.RegionSize;
  }
  return used;
}

}  // namespace jambridge::test
