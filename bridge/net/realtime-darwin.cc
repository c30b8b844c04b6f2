#include <mach/mach.h>
#include <mach/mach_time.h>
#include <mach/thread_policy.h>
#include <pthread.h>

#include <string>

#include "bridge/net/realtime.h"

namespace jambridge {
namespace {

uint32_t MachTicks(uint64_t ns) {
  mach_timebase_info_data_t base{};
  mach_timebase_info(&base);
  return static_cast<uint32_t>(ns * base.denom / base.numer);
}

}  // namespace

// The time-constraint policy has no priorities: any of 1..99 asks for the same. One tick of the
// engine every 1.3 ms (64 frames at 48 kHz), of which it uses little, and is done within the period.
std::string RequestRealtime(int priority) {
  if (priority < 0 || priority > 99) return "a real-time priority is 1..99, or 0 for none";
  const thread_port_t thread = pthread_mach_thread_np(pthread_self());
  kern_return_t result = KERN_SUCCESS;
  if (priority == 0) {
    thread_standard_policy_data_t standard{};
    result = thread_policy_set(thread, THREAD_STANDARD_POLICY, reinterpret_cast<thread_policy_t>(&standard),
                               THREAD_STANDARD_POLICY_COUNT);
  } else {
    thread_time_constraint_policy_data_t policy{};
    policy.period = MachTicks(1'333'000);
    policy.computation = MachTicks(400'000);
    policy.constraint = MachTicks(1'000'000);
    policy.preemptible = 1;
    result =
        thread_policy_set(thread, THREAD_TIME_CONSTRAINT_POLICY, reinterpret_cast<thread_policy_t>(&policy),
                          THREAD_TIME_CONSTRAINT_POLICY_COUNT);
  }
  if (result == KERN_SUCCESS) return "";
  return "the system refuses real-time scheduling (mach error " + std::to_string(result) + ")";
}

std::string LockMemory() {
  return "macOS does not let a process lock all of its memory; it is not needed for correct work";
}

}  // namespace jambridge
