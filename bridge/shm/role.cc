#include "bridge/shm/role.h"

#include <unistd.h>

#include <bit>

#include "bridge/shm/clock.h"

namespace jambridge {
namespace {

static_assert(std::endian::native == std::endian::little, "the pair below has the state in its low half");
static_assert(offsetof(SegmentHeader, enginePid) == offsetof(SegmentHeader, engineState) + 4);
static_assert(offsetof(SlotControl, ownerPid) == offsetof(SlotControl, state) + 4);
static_assert(offsetof(SegmentHeader, engineState) % 8 == 0 && offsetof(SlotControl, state) % 8 == 0);

using PairWord = uint64_t __attribute__((may_alias));

PairWord* PairOf(const Role& role) { return reinterpret_cast<PairWord*>(&role.state); }

uint64_t Pack(RoleState state, uint32_t pid) {
  return static_cast<uint64_t>(state) | static_cast<uint64_t>(pid) << 32;
}

uint32_t OwnPid() { return static_cast<uint32_t>(getpid()); }

uint64_t Load(const Role& role) { return __atomic_load_n(PairOf(role), __ATOMIC_ACQUIRE); }

// SYNC POINT role-pair (both ends here, and Atomics.load of the state in the engine): acquire, so that the
// new holder sees the slot as its predecessor left it; release, so that others see it as we left it.
bool Swap(const Role& role, uint64_t expected, uint64_t desired) {
  return __atomic_compare_exchange_n(PairOf(role), &expected, desired, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE);
}

bool Take(const Role& role, uint64_t seen) {
  const ProcessIdentity self = ThisProcess();
  if (!Swap(role, seen, Pack(RoleState::kClaiming, self.pid))) return false;
  role.startStamp.store(self.startStamp, std::memory_order_release);
  role.heartbeatMs.store(HeartbeatNow(), std::memory_order_release);
  return true;
}

}  // namespace

RoleHolder ReadRole(const Role& role) {
  const uint64_t pair = Load(role);
  return {static_cast<RoleState>(static_cast<uint32_t>(pair)), static_cast<uint32_t>(pair >> 32)};
}

bool ClaimFreeRole(const Role& role) {
  const uint64_t seen = Load(role);
  return static_cast<uint32_t>(seen) == static_cast<uint32_t>(RoleState::kFree) && Take(role, seen);
}

bool TakeBackRole(const Role& role) {
  const uint64_t seen = Load(role);
  const auto state = static_cast<RoleState>(static_cast<uint32_t>(seen));
  if (state == RoleState::kFree) return false;
  if (state == RoleState::kClaiming || state == RoleState::kLive) {
    // While it claims, the stamp may still be its predecessor's.
    const uint64_t stamp = state == RoleState::kLive ? role.startStamp.load(std::memory_order_acquire) : 0;
    const ProcessIdentity holder = {static_cast<uint32_t>(seen >> 32), stamp};
    if (!HolderDead(holder, role.heartbeatMs.load(std::memory_order_acquire))) return false;
  }
  return Take(role, seen);
}

bool BeginReleaseRole(const Role& role) {
  const uint32_t pid = OwnPid();
  return Swap(role, Pack(RoleState::kLive, pid), Pack(RoleState::kClaiming, pid));
}

bool MakeRoleLive(const Role& role) {
  const uint32_t pid = OwnPid();
  return Swap(role, Pack(RoleState::kClaiming, pid), Pack(RoleState::kLive, pid));
}

void FreeRole(const Role& role) {
  // The stamp goes first: a half-freed role then looks like one in the middle of claiming.
  role.heartbeatMs.store(HeartbeatNow(), std::memory_order_release);
  role.startStamp.store(0, std::memory_order_release);
  Swap(role, Pack(RoleState::kClaiming, OwnPid()), Pack(RoleState::kFree, 0));
}

bool HoldsRole(const Role& role) {
  const RoleHolder holder = ReadRole(role);
  return holder.state == RoleState::kLive && holder.pid == OwnPid();
}

}  // namespace jambridge
