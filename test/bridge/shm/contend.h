// A holder of slots that checks that nobody else touches what it holds.
#pragma once

#include <atomic>
#include <thread>

#include "bridge/shm/slot.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"

namespace jambridge::test {

inline uint32_t StampOf(Segment& segment, int slot) {
  return segment.slot(static_cast<uint32_t>(slot)).claimStamp.load();
}

/** Every holder writes a mark of its own into its slot's ring; nobody else may ever touch it. */
inline int Contend(Segment& segment, uint64_t seed, int rounds) {
  Random random(seed);
  for (int i = 0; i < rounds; i++) {
    const int slot = ClaimSlot(segment, 1, 1);
    if (slot == kNoSlot) {
      std::this_thread::yield();
      continue;
    }
    const uint32_t stamp = StampOf(segment, slot);
    float* ring = RingsOf(segment, static_cast<uint32_t>(slot)).capture;
    const float mark = random.Sample();
    std::atomic_ref<float> word(ring[random.Below(kRingFrames)]);
    CHECK_EQ(word.load(), 0.0F);  // fresh
    word.store(mark);
    for (uint32_t spin = random.Below(200); spin > 0; spin--) std::this_thread::yield();
    CHECK_EQ(word.load(), mark);
    CHECK(HoldsSlot(segment, static_cast<uint32_t>(slot), stamp));
    BeatSlot(segment, static_cast<uint32_t>(slot));
    ReleaseSlot(segment, static_cast<uint32_t>(slot), stamp);
  }
  return 0;
}

}  // namespace jambridge::test
