// macOS: a process's start, in microseconds, from sysctl; there is one process table.
#include <errno.h>
#include <signal.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "bridge/shm/process-identity.h"

namespace jambridge {
namespace {

enum class LookResult { kFound, kNone, kRefused };

LookResult Look(pid_t pid, kinfo_proc* info) {
  int name[4] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, pid};
  size_t bytes = sizeof *info;
  if (sysctl(name, 4, info, &bytes, nullptr, 0) != 0) return LookResult::kRefused;  // a sandbox may refuse
  return bytes == 0 ? LookResult::kNone : LookResult::kFound;
}

uint64_t StartUs(const kinfo_proc& info) {
  const timeval& start = info.kp_proc.p_starttime;
  return static_cast<uint64_t>(start.tv_sec) * 1000000U + static_cast<uint64_t>(start.tv_usec);
}

}  // namespace

ProcessIdentity ThisProcess() {
  kinfo_proc info = {};
  const bool found = Look(getpid(), &info) == LookResult::kFound;
  return {static_cast<uint32_t>(getpid()), found ? StartUs(info) : 0};
}

Liveness ProcessLiveness(uint32_t pid, uint64_t startStamp) {
  if (pid == 0 || pid > INT32_MAX) return Liveness::kDead;
  kinfo_proc info = {};
  switch (Look(static_cast<pid_t>(pid), &info)) {
    case LookResult::kNone:
      return Liveness::kDead;
    case LookResult::kRefused:
      return kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH ? Liveness::kDead : Liveness::kUnknown;
    case LookResult::kFound:
      break;
  }
  if (startStamp != 0 && StartUs(info) != startStamp) return Liveness::kDead;
  return info.kp_proc.p_stat == SZOMB ? Liveness::kDead : Liveness::kAlive;
}

}  // namespace jambridge
