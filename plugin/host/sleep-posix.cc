#include "plugin/host/monotonic-clock.h"

namespace jambridge::host {

void SleepUntilNs(int64_t ns) {
  const timespec until{static_cast<time_t>(ns / 1000000000), static_cast<long>(ns % 1000000000)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

}  // namespace jambridge::host
