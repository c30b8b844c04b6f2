#include "bridge/shm/engine-role.h"

#include <algorithm>
#include <cstring>

#include "bridge/shm/clock.h"
#include "bridge/shm/role.h"
#include "bridge/shm/seqlock.h"
#include "bridge/shm/slot.h"

namespace jambridge {

EngineClaim ClaimEngine(Segment& segment, std::string_view sessionName) {
  SegmentHeader& header = segment.header();
  const Role role = EngineRole(header);
  if (!ClaimFreeRole(role) && !TakeBackRole(role)) return {false, 0, ReadRole(role).pid};
  // What a predecessor rendered must never sound again: no ring is playable until it is filled anew.
  for (uint32_t i = 0; i < kSlotCount; i++) {
    SlotControl& slot = segment.slot(i);
    slot.playoutStamp.store(0, std::memory_order_release);
    slot.slotStatus.store(static_cast<uint32_t>(SlotStatus::kNoPeers), std::memory_order_release);
  }
  header.engineSleeping.store(0, std::memory_order_seq_cst);
  StoreSharedText(header.sessionName, sessionName);
  StoreSharedText(header.doorbellName, "");
  const uint32_t generation = header.engineGeneration.fetch_add(1, std::memory_order_acq_rel) + 1;
  BeatEngine(segment);
  // SYNC POINT engine-live (other end: EngineAlive): who sees the role live sees no old playout.
  if (!MakeRoleLive(role)) return {false, 0, ReadRole(role).pid};
  return {true, generation, 0};
}

void BeatEngine(Segment& segment) {
  // SYNC POINT engine-heartbeat (other end: EngineAlive): orders nothing else.
  segment.header().engineHeartbeatMs.store(HeartbeatNow(), std::memory_order_release);
}

void ReleaseEngine(Segment& segment, bool unlinkIfUnused) {
  const Role role = EngineRole(segment.header());
  if (!HoldsRole(role) || !BeginReleaseRole(role)) return;
  segment.header().engineSleeping.store(0, std::memory_order_seq_cst);
  StoreSharedText(segment.header().doorbellName, "");
  if (unlinkIfUnused && CountLiveSlots(segment) == 0) segment.Unlink();
  FreeRole(role);
}

bool EngineAlive(const SegmentHeader& header, uint32_t nowMs) {
  // SYNC POINT engine-live (other end: ClaimEngine), engine-heartbeat (other end: BeatEngine, and beat of the
  // engine's segment view).
  return header.engineState.load(std::memory_order_acquire) == static_cast<uint32_t>(RoleState::kLive) &&
         HeartbeatFresh(header.engineHeartbeatMs.load(std::memory_order_acquire), nowMs);
}

void StoreSharedText(char (&shared)[kNameBytes], std::string_view text) {
  char copy[kNameBytes] = {};
  size_t length = std::min<size_t>(text.size(), kNameBytes - 1);
  if (length < text.size()) {
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
      length--;  // whole characters
  }
  std::memcpy(copy, text.data(), length);
  StoreSharedWords(shared, copy, kNameBytes);
}

std::string LoadSharedText(const char (&shared)[kNameBytes]) {
  char copy[kNameBytes];
  LoadSharedWords(copy, shared, kNameBytes);
  return {copy, strnlen(copy, kNameBytes)};
}

}  // namespace jambridge
