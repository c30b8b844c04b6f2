// What is the same on every system; how to see a process's start is in the -linux, -darwin and -windows
// files.
#include "bridge/shm/process-identity.h"

#include <unistd.h>

#include <atomic>

#include "bridge/shm/clock.h"

namespace jambridge {

uint32_t FreshStamp() {
  static std::atomic<uint32_t> made{0};
  // Time, process and a count, mixed well (splitmix64's finalizer): no two meet in practice.
  const uint64_t number = made.fetch_add(1, std::memory_order_relaxed);
  uint64_t mixed = MonotonicNs() + (static_cast<uint64_t>(getpid()) << 40) + (number << 56) + number;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  const auto stamp = static_cast<uint32_t>(mixed ^ (mixed >> 31));
  return stamp != 0 ? stamp : FreshStamp();
}

bool HolderDead(const ProcessIdentity& holder, uint32_t heartbeatMs) {
  if (holder.pid == 0) return true;
  switch (ProcessLiveness(holder.pid, holder.startStamp)) {
    case Liveness::kAlive:
      return false;
    case Liveness::kDead:
      // Without a stamp the pid may be one of another container, seen in the middle of claiming.
      return holder.startStamp != 0 || !HeartbeatFresh(heartbeatMs, HeartbeatNow(), kClaimingDeadMs);
    case Liveness::kUnknown:
      return !HeartbeatFresh(heartbeatMs, HeartbeatNow(), kUnseenDeadMs);
  }
  return false;
}

}  // namespace jambridge
