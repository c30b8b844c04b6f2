// mlockall() is out of the question: V8 gives pages of its heap back with madvise(), which the kernel
// refuses for locked ones, and V8 then ends the process. So what is locked is what V8 does not manage:
// the code that runs, and the segment.
#include <sys/mman.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "bridge/net/realtime.h"

namespace jambridge {
namespace {

struct MappedRange {
  void* start;
  size_t bytes;
  bool segment;
};

// A line of /proc/self/maps: "start-end perms offset device inode   path". False: not to be locked.
bool ReadRange(const std::string& line, MappedRange* range) {
  uint64_t start = 0;
  uint64_t end = 0;
  char permissions[8] = {};
  if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %7s", &start, &end, permissions) != 3) return false;
  const size_t slash = line.find('/');
  if (slash == std::string::npos || end <= start) return false;
  range->start = reinterpret_cast<void*>(start);
  range->bytes = static_cast<size_t>(end - start);
  range->segment = line.compare(slash, 19, "/dev/shm/jambridge-") == 0;
  return range->segment || permissions[2] == 'x';
}

}  // namespace

std::string LockMemory() {
  std::ifstream maps("/proc/self/maps");
  if (!maps) return "cannot read /proc/self/maps";
  for (std::string line; std::getline(maps, line);) {
    MappedRange range{};
    if (!ReadRange(line, &range)) continue;
    // The segment only where it is touched: it is mostly holes, and shall stay so.
    const unsigned flags = range.segment ? MLOCK_ONFAULT : 0;
    if (mlock2(range.start, range.bytes, flags) == 0) continue;
    const int error = errno;
    if (error != EPERM && error != ENOMEM && error != EAGAIN) {
      return "the system refuses to lock memory: " + std::generic_category().message(error);
    }
    return "no permission to lock memory: add '@audio - memlock unlimited' to "
           "/etc/security/limits.d/audio.conf, join the group audio and log in again";
  }
  return "";
}

}  // namespace jambridge
