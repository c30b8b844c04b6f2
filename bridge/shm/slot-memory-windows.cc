// Windows: memory is committed when a slot is exposed (segment-windows.cc), and can't be given back before
// the section goes; discarding is zeroing what has been committed.
#include <windows.h>

#include <algorithm>
#include <cstring>

#include "bridge/shm/slot-memory.h"

namespace jambridge {

bool ReserveMemory(int /*descriptor*/, uint64_t /*offset*/, size_t /*bytes*/) { return true; }

void DiscardMemory(int /*descriptor*/, std::byte* mapped, uint64_t /*offset*/, size_t bytes) {
  if (mapped == nullptr) return;
  for (std::byte* at = mapped; at < mapped + bytes;) {
    MEMORY_BASIC_INFORMATION region;
    if (VirtualQuery(at, &region, sizeof region) == 0) return;
    auto* end = std::min(static_cast<std::byte*>(region.BaseAddress) + region.RegionSize, mapped + bytes);
    if (region.State == MEM_COMMIT) std::memset(at, 0, static_cast<size_t>(end - at));
    at = end;
  }
}

void PrefaultMemory(std::byte* mapped, size_t bytes) {
  constexpr size_t kPageBytes = 4096;
  for (size_t i = 0; i < bytes; i += kPageBytes) {
    __atomic_fetch_or(reinterpret_cast<unsigned char*>(mapped + i), 0, __ATOMIC_RELAXED);
  }
}

}  // namespace jambridge
