// CLOCK_MONOTONIC in nanoseconds, and sleeping until a point of it.
#pragma once

#include <cstdint>
#include <ctime>

namespace jambridge::host {

/** [any-thread] */
inline int64_t MonotonicNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
}

/** May wake early for a signal: the caller looks at the clock again. [any-thread] */
void SleepUntilNs(int64_t ns);

/** How long `frames` last at `rate`, without losing precision or overflowing for years. */
inline int64_t FramesToNs(uint64_t frames, uint32_t rate) {
  return static_cast<int64_t>(frames / rate * 1000000000 + frames % rate * 1000000000 / rate);
}

}  // namespace jambridge::host
