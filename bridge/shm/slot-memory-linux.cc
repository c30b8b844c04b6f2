// Linux: the segment is a sparse file on tmpfs; fallocate gives and takes its pages.
#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>

#include "bridge/shm/slot-memory.h"

#ifndef MADV_POPULATE_WRITE  // Linux 5.14
#define MADV_POPULATE_WRITE 23
#endif

namespace jambridge {

bool ReserveMemory(int descriptor, uint64_t offset, size_t bytes) {
  int result;
  do {
    result = fallocate(descriptor, 0, static_cast<off_t>(offset), static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

void DiscardMemory(int descriptor, std::byte* /*mapped*/, uint64_t offset, size_t bytes) {
  int result;
  do {
    result = fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                       static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
}

void PrefaultMemory(std::byte* mapped, size_t bytes) {
  if (madvise(mapped, bytes, MADV_POPULATE_WRITE) == 0) return;
  constexpr size_t kPageBytes = 4096;
  for (size_t i = 0; i < bytes; i += kPageBytes) {
    __atomic_fetch_or(reinterpret_cast<unsigned char*>(mapped + i), 0, __ATOMIC_RELAXED);
  }
}

}  // namespace jambridge
