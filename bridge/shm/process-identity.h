// Who holds a slot or the engine role, and whether that process still exists.
#pragma once

#include <cstdint>

namespace jambridge {

struct ProcessIdentity {
  uint32_t pid;
  uint64_t startStamp;  // tells a reused pid apart; opaque; 0: unknown
};

enum class Liveness {
  kAlive,
  kDead,     // certain: no such process, or another one under its pid, or a zombie
  kUnknown,  // it lives (or not) where we can't see it: another container's process table
};

/** Of the calling process; right after fork() too. [main-thread] */
ProcessIdentity ThisProcess();

/** [main-thread] [engine-thread] */
Liveness ProcessLiveness(uint32_t pid, uint64_t startStamp);

/** A fresh nonzero number that nobody had before. [any-thread] */
uint32_t FreshStamp();

// A holder we can't see in the process table is given up after this long without a heartbeat.
inline constexpr uint32_t kUnseenDeadMs = 10000;

// A holder that was only seen in the middle of claiming (its stamp not yet written) needs this.
inline constexpr uint32_t kClaimingDeadMs = 2000;

/**
 * Whether a holder may be robbed. A process that exists is never dead, however old its heartbeat: it
 * may be stopped in a debugger. [main-thread] [engine-thread]
 */
bool HolderDead(const ProcessIdentity& holder, uint32_t heartbeatMs);

}  // namespace jambridge
