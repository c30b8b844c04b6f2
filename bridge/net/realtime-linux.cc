#include <sched.h>
#include <sys/resource.h>

#include <cerrno>
#include <system_error>

#include "bridge/net/realtime.h"

namespace jambridge {

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

}  // namespace jambridge
