// The clock that all processes of a machine share.
#pragma once

#include <time.h>

#include <cstdint>

namespace jambridge {

inline constexpr uint32_t kHeartbeatFreshMs = 500;  // older: the other side makes no sound for us

/** Monotonic nanoseconds; through the vDSO, without a system call. [any-thread] */
inline uint64_t MonotonicNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000U + static_cast<uint64_t>(now.tv_nsec);
}

/** The unit of heartbeats: monotonic milliseconds, low 32 bits. [any-thread] */
inline uint32_t HeartbeatMs(uint64_t monotonicNs) { return static_cast<uint32_t>(monotonicNs / 1000000U); }
inline uint32_t HeartbeatNow() { return HeartbeatMs(MonotonicNs()); }

/** Wrap-safe; a beat from the future (garbage in the segment) counts as old. [any-thread] */
inline bool HeartbeatFresh(uint32_t beatMs, uint32_t nowMs, uint32_t freshMs = kHeartbeatFreshMs) {
  const int32_t age = static_cast<int32_t>(nowMs - beatMs);
  return age > -static_cast<int32_t>(freshMs) && age < static_cast<int32_t>(freshMs);
}

}  // namespace jambridge
