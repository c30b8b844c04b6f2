#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "bridge/net/realtime.h"

namespace jambridge {
namespace {

bool HasCapability(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, sets) != 0) return false;
  return (sets[capability / 32].effective >> (capability % 32) & 1) != 0;
}

}  // namespace

std::string RequestRealtime(int priority) {
  if (priority < 0 || priority > 99) return "a real-time priority is 1..99, or 0 for none";
  sched_param parameters{};
  parameters.sched_priority = priority;
  // Children (a helper program, say) do not inherit it.
  const int policy = (priority == 0 ? SCHED_OTHER : SCHED_FIFO) | SCHED_RESET_ON_FORK;
  // 0 is the calling thread, not the process.
  if (sched_setscheduler(0, policy, &parameters) == 0) return "";
  const int error = errno;
  if (error != EPERM) {
    return "the system refuses real-time priority: " + std::generic_category().message(error);
  }
  rlimit limit{};
  getrlimit(RLIMIT_RTPRIO, &limit);
  return "no permission for real-time priority " + std::to_string(priority) + " (the limit is " +
         std::to_string(limit.rlim_cur) +
         "): add '@audio - rtprio 95' to /etc/security/limits.d/audio.conf, join the group audio and log in "
         "again, or give the process CAP_SYS_NICE";
}

std::string LockMemory() {
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  // Under a finite limit the address space that V8 reserves counts as locked, and a later
  // allocation would fail and end the process: worse than a page fault.
  if (limit.rlim_cur != RLIM_INFINITY && !HasCapability(CAP_IPC_LOCK)) {
    return "no permission to lock memory: add '@audio - memlock unlimited' to "
           "/etc/security/limits.d/audio.conf, join the group audio and log in again";
  }
  // On fault: only what is touched. The segment is mostly holes, and shall stay so.
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return "";
  return "the system refuses to lock memory: " + std::generic_category().message(errno);
}

}  // namespace jambridge
