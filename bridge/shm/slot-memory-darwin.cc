// macOS: shared-memory objects have neither fallocate nor holes. Memory is committed by touching it, which
// can't fail as a full tmpfs does, and discarding is zeroing: the pages stay until the object goes.
#include <cstring>

#include "bridge/shm/slot-memory.h"

namespace jambridge {

bool ReserveMemory(int /*descriptor*/, uint64_t /*offset*/, size_t /*bytes*/) { return true; }

void DiscardMemory(int /*descriptor*/, std::byte* mapped, uint64_t /*offset*/, size_t bytes) {
  if (mapped != nullptr) std::memset(mapped, 0, bytes);
}

void PrefaultMemory(std::byte* mapped, size_t bytes) {
  constexpr size_t kPageBytes = 4096;
  for (size_t i = 0; i < bytes; i += kPageBytes) {
    __atomic_fetch_or(reinterpret_cast<unsigned char*>(mapped + i), 0, __ATOMIC_RELAXED);
  }
}

}  // namespace jambridge
