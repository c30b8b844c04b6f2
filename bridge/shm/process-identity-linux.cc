// Linux: a process's start is field 22 of /proc/PID/stat; the stamp also carries which process table (PID
// namespace) it was seen in, for a pid of another container says nothing here.
//
//   startStamp = start time in clock ticks since boot (40 bits) | inode of the namespace << 40
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bridge/shm/process-identity.h"

namespace jambridge {
namespace {

constexpr uint64_t kTicksMask = (uint64_t{1} << 40) - 1;

struct StatLine {
  char state;
  long threads;
  uint64_t startTicks;
};

enum class StatResult { kFound, kNone, kUnreadable };

StatResult ReadStat(const char* path, StatLine* stat) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno == ENOENT || errno == ESRCH ? StatResult::kNone : StatResult::kUnreadable;
  char text[1024];
  const ssize_t length = read(file, text, sizeof text - 1);
  const bool gone = length < 0 && errno == ESRCH;
  close(file);
  if (length <= 0) return gone ? StatResult::kNone : StatResult::kUnreadable;
  text[length] = '\0';
  // The name, field 2, may hold blanks and parentheses: fields are counted from its last one.
  const char* field = std::strrchr(text, ')');
  if (field == nullptr || field[1] == '\0' || field[2] == '\0') return StatResult::kUnreadable;
  field += 2;
  stat->state = *field;
  for (int number = 3; number < 22; number++) {
    field = std::strchr(field, ' ');
    if (field == nullptr) return StatResult::kUnreadable;
    field++;
    if (number + 1 == 20) stat->threads = std::strtol(field, nullptr, 10);
  }
  stat->startTicks = std::strtoull(field, nullptr, 10) & kTicksMask;
  return StatResult::kFound;
}

uint64_t NamespaceBits() {
  struct stat info;
  if (stat("/proc/self/ns/pid", &info) != 0) return 0;
  return static_cast<uint64_t>(info.st_ino) << 40;
}

}  // namespace

ProcessIdentity ThisProcess() {
  StatLine stat = {};
  const bool found = ReadStat("/proc/self/stat", &stat) == StatResult::kFound;
  const uint64_t stamp = found ? stat.startTicks | NamespaceBits() : 0;
  return {static_cast<uint32_t>(getpid()), stamp};
}

Liveness ProcessLiveness(uint32_t pid, uint64_t startStamp) {
  if (pid == 0 || pid > INT32_MAX) return Liveness::kDead;
  if (startStamp != 0 && (startStamp & ~kTicksMask) != NamespaceBits()) return Liveness::kUnknown;
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%u/stat", pid);
  StatLine stat = {};
  switch (ReadStat(path, &stat)) {
    case StatResult::kFound:
      break;
    case StatResult::kNone:
    case StatResult::kUnreadable:  // no /proc here, or one that hides: ask the kernel
      return kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH ? Liveness::kDead : Liveness::kAlive;
  }
  if (startStamp != 0 && stat.startTicks != (startStamp & kTicksMask)) return Liveness::kDead;
  // A zombie whose other threads run on is no corpse yet.
  const bool ended = stat.state == 'Z' || stat.state == 'X' || stat.state == 'x';
  return ended && stat.threads <= 1 ? Liveness::kDead : Liveness::kAlive;
}

}  // namespace jambridge
