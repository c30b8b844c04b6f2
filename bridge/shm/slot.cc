#include "bridge/shm/slot.h"

#include <algorithm>

#include "bridge/shm/clock.h"
#include "bridge/shm/role.h"
#include "bridge/shm/seqlock.h"
#include "bridge/shm/slot-memory.h"

namespace jambridge {
namespace {

constexpr uint32_t kReapAfterMs = 2000;

uint64_t OffsetOf(uint32_t slot) { return kSlotsOffset + static_cast<uint64_t>(slot) * kSlotBytes; }

struct Range {
  uint32_t offset;  // in the slot
  size_t bytes;
};

/** The rings that a slot of so many channels uses. */
void UsedRanges(uint32_t channelCountIn, uint32_t channelCountOut, Range (&ranges)[3]) {
  ranges[0] = {kMidiCaptureOffset, 2 * static_cast<size_t>(kMidiRingBytes)};
  ranges[1] = {kCaptureOffset, static_cast<size_t>(channelCountIn) * kChannelRingBytes};
  ranges[2] = {kPlayoutOffset, static_cast<size_t>(channelCountOut) * kChannelRingBytes};
}

/** Every word that either side publishes back to zero; the rings too, and their memory goes back. */
void Clean(Segment& segment, uint32_t index) {
  SlotControl& slot = segment.slot(index);
  slot.claimStamp.store(0, std::memory_order_release);
  for (AtomicU32* word :
       {&slot.playoutStamp, &slot.playoutEnd, &slot.midiCaptureRead, &slot.midiPlayoutWrite, &slot.slotStatus,
        &slot.streamsHeard, &slot.latencyFrames, &slot.captureEnd, &slot.midiCaptureWrite,
        &slot.midiPlayoutRead, &slot.underruns, &slot.underrunFrames, &slot.midiDropped, &slot.bellsRung}) {
    word->store(0, std::memory_order_release);
  }
  WriteControl(slot.control, ControlBlock{});
  DiscardMemory(segment.descriptor(), segment.MappedRings(index), OffsetOf(index) + kControlPageBytes,
                kSlotBytes - kControlPageBytes);
}

bool ReserveRings(Segment& segment, uint32_t index, uint32_t channelCountIn, uint32_t channelCountOut) {
  Range ranges[3];
  UsedRanges(channelCountIn, channelCountOut, ranges);
  const bool reserved = std::all_of(std::begin(ranges), std::end(ranges), [&](const Range& range) {
    return range.bytes == 0 ||
           ReserveMemory(segment.descriptor(), OffsetOf(index) + range.offset, range.bytes);
  });
  if (!reserved || !segment.ExposeSlot(index, channelCountIn, channelCountOut)) return false;
  for (const Range& range : ranges) {
    if (range.bytes != 0) PrefaultMemory(segment.slotBase(index) + range.offset, range.bytes);
  }
  return true;
}

/** After the role was had: the slot is made usable, or freed again. */
bool Furnish(Segment& segment, uint32_t index, uint32_t channelCountIn, uint32_t channelCountOut) {
  SlotControl& slot = segment.slot(index);
  Clean(segment, index);
  if (!ReserveRings(segment, index, channelCountIn, channelCountOut)) {
    segment.HideSlot(index);
    Clean(segment, index);
    FreeRole(SlotRole(slot));
    return false;
  }
  // SYNC POINT claim-stamp (other ends: HoldsSlot, and the engine's slot table): a new claim is another slot.
  slot.claimStamp.store(FreshStamp(), std::memory_order_release);
  if (MakeRoleLive(SlotRole(slot))) return true;
  segment.HideSlot(index);
  return false;
}

}  // namespace

SlotRings RingsOf(const Segment& segment, uint32_t slot) {
  std::byte* base = segment.slotBase(slot);
  return {base + kMidiCaptureOffset, base + kMidiPlayoutOffset,
          reinterpret_cast<float*>(base + kCaptureOffset), reinterpret_cast<float*>(base + kPlayoutOffset)};
}

int ClaimSlot(Segment& segment, uint32_t channelCountIn, uint32_t channelCountOut, std::string* whyNot) {
  channelCountIn = std::min(channelCountIn, kChannelsMax);
  channelCountOut = std::min(channelCountOut, kChannelsMax);
  for (const auto& take : {ClaimFreeRole, TakeBackRole}) {
    for (uint32_t i = 0; i < kSlotCount; i++) {
      if (!take(SlotRole(segment.slot(i)))) continue;
      if (Furnish(segment, i, channelCountIn, channelCountOut)) return static_cast<int>(i);
      if (whyNot != nullptr) *whyNot = "no shared memory left for a slot's rings";
      return kNoSlot;
    }
  }
  if (whyNot != nullptr) *whyNot = "all slots are taken";
  return kNoSlot;
}

bool HoldsSlot(Segment& segment, uint32_t slot, uint32_t claimStamp) {
  SlotControl& control = segment.slot(slot);
  // SYNC POINT claim-stamp (other end: Furnish).
  return control.claimStamp.load(std::memory_order_acquire) == claimStamp && HoldsRole(SlotRole(control));
}

void BeatSlot(Segment& segment, uint32_t slot) {
  // SYNC POINT slot-heartbeat (other end: ReapDeadSlots): orders nothing else.
  segment.slot(slot).ownerHeartbeatMs.store(HeartbeatNow(), std::memory_order_release);
}

void ReleaseSlot(Segment& segment, uint32_t slot, uint32_t claimStamp) {
  const Role role = SlotRole(segment.slot(slot));
  segment.HideSlot(slot);
  if (!HoldsSlot(segment, slot, claimStamp) || !BeginReleaseRole(role)) return;
  Clean(segment, slot);
  FreeRole(role);
}

uint32_t ReapDeadSlots(Segment& segment) {
  uint32_t reaped = 0;
  for (uint32_t i = 0; i < kSlotCount; i++) {
    const Role role = SlotRole(segment.slot(i));
    // SYNC POINT slot-heartbeat (other end: BeatSlot). A beating heart needs no look at the process table.
    if (HeartbeatFresh(role.heartbeatMs.load(std::memory_order_acquire), HeartbeatNow(), kReapAfterMs))
      continue;
    if (!TakeBackRole(role)) continue;
    Clean(segment, i);
    FreeRole(role);
    reaped++;
  }
  return reaped;
}

uint32_t CountLiveSlots(Segment& segment) {
  uint32_t live = 0;
  for (uint32_t i = 0; i < kSlotCount; i++) {
    if (ReadRole(SlotRole(segment.slot(i))).state != RoleState::kFree) live++;
  }
  return live;
}

}  // namespace jambridge
