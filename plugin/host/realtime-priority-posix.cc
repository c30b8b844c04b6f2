#include <pthread.h>
#include <sched.h>

#include "plugin/host/realtime-priority.h"
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <cstring>

namespace jambridge::host {

namespace {
// As JACK's clients: below the sound card's interrupt threads, above everything else.
constexpr int kPriority = 60;
}  // namespace

std::string RequestRealtimePriority() {
#ifdef __linux__
  prctl(PR_SET_TIMERSLACK, 1UL);  // without real-time priority sleeps would end up to 50 us late
#endif
  sched_param parameters{};
  parameters.sched_priority = kPriority;
  const int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
  return error == 0 ? "" : std::strerror(error);
}

}  // namespace jambridge::host
