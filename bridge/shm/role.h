// Ownership of a slot or of the engine role: claim, release, take back.
//
//   kFree --claim--> kClaiming --ready--> kLive --release--> kClaiming --cleaned--> kFree
//                        ^------- taken back, when the holder is dead --------'
//
// State and pid are neighbours and change together, by one 64-bit compare-and-swap: at every instant,
// so after a kill -9 at any instant too, a state that is not kFree names its holder.
#pragma once

#include <cstdint>

#include "bridge/shm/process-identity.h"
#include "bridge/shm/segment-layout.h"

namespace jambridge {

/** The four words of an ownership in the segment; the segment outlives it. */
struct Role {
  AtomicU32& state;  // pid follows it
  AtomicU64& startStamp;
  AtomicU32& heartbeatMs;
};

inline Role EngineRole(SegmentHeader& header) {
  return {header.engineState, header.engineStartStamp, header.engineHeartbeatMs};
}
inline Role SlotRole(SlotControl& slot) { return {slot.state, slot.ownerStartStamp, slot.ownerHeartbeatMs}; }

struct RoleHolder {
  RoleState state;  // any number, if the segment is corrupt
  uint32_t pid;
};

/** One consistent look. [any-thread] */
RoleHolder ReadRole(const Role& role);

/** kFree -> kClaiming by this process. False: not free. [main-thread] [engine-thread] */
bool ClaimFreeRole(const Role& role);

/** From a dead holder (or from a state that can't be) -> kClaiming by this process. [main-thread]
 * [engine-thread] */
bool TakeBackRole(const Role& role);

/** kLive, held by this process -> kClaiming. False: it is not ours any more. [main-thread] */
bool BeginReleaseRole(const Role& role);

/** kClaiming by this process -> kLive. False: it was taken from us meanwhile. [main-thread] [engine-thread]
 */
bool MakeRoleLive(const Role& role);

/** kClaiming by this process -> kFree. [main-thread] [engine-thread] */
void FreeRole(const Role& role);

/** [any-thread] */
bool HoldsRole(const Role& role);

}  // namespace jambridge
