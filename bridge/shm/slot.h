// Slots: one plugin instance's (or device's) place in the segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bridge/shm/segment.h"

namespace jambridge {

/** Planar float rings: channel c begins at c * kRingFrames. Owner: the segment's mapping. */
struct SlotRings {
  std::byte* midiCapture;
  std::byte* midiPlayout;
  float* capture;
  float* playout;
};

SlotRings RingsOf(const Segment& segment, uint32_t slot);

inline constexpr int kNoSlot = -1;

/**
 * Claims a free slot, taking back dead owners' slots if need be; gives memory to its MIDI rings and
 * to the rings of the channels named, zero-filled. kNoSlot: `whyNot` says it. The caller then keeps
 * its heartbeat. [main-thread] [engine-thread]
 */
int ClaimSlot(Segment& segment, uint32_t channelCountIn, uint32_t channelCountOut,
              std::string* whyNot = nullptr);

/** Whether the claim that gave `claimStamp` still stands. [any-thread] */
bool HoldsSlot(Segment& segment, uint32_t slot, uint32_t claimStamp);

/** [any-thread] */
void BeatSlot(Segment& segment, uint32_t slot);

/**
 * Gives the slot and the memory of its rings back. Nobody of this process may use it any more.
 * Does nothing if `claimStamp` no longer stands. [main-thread]
 */
void ReleaseSlot(Segment& segment, uint32_t slot, uint32_t claimStamp);

/** Frees the slots of dead owners, and those in a state that can't be; how many. [main-thread]
 * [engine-thread] */
uint32_t ReapDeadSlots(Segment& segment);

/** [any-thread] */
uint32_t CountLiveSlots(Segment& segment);

}  // namespace jambridge
