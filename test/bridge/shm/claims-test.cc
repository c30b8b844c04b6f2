// Slots under contention within one process.
#include <thread>
#include <vector>

#include "bridge/shm/clock.h"
#include "bridge/shm/slot.h"
#include "test/bridge/shm/contend.h"
#include "test/plugin/support/random.h"
#include "test/support/seed.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void Release(Segment& segment, int slot) {
  ReleaseSlot(segment, static_cast<uint32_t>(slot), StampOf(segment, slot));
}

void TestMemoryComesAndGoes() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  const uint64_t before = UsedBytes(*segment);
  const int slot = ClaimSlot(*segment, 2, 1);
  CHECK_EQ(slot, 0);
  const uint64_t rings = 2 * kMidiRingBytes + 3 * kChannelRingBytes;
  CHECK_EQ(UsedBytes(*segment) - before, rings);
  SlotControl& control = segment->slot(0);
  const uint32_t stamp = control.claimStamp.load();
  CHECK(stamp != 0 && HoldsSlot(*segment, 0, stamp) && !HoldsSlot(*segment, 0, stamp + 1));
  RingsOf(*segment, 0).playout[5] = 1.5F;
  control.playoutStamp.store(7);
  control.captureEnd.store(8);
  ReleaseSlot(*segment, 0, stamp + 1);  // a claim that no longer stands releases nothing
  CHECK(HoldsSlot(*segment, 0, stamp));
  ReleaseSlot(*segment, 0, stamp);
  if (kMemoryGoesBack) CHECK_EQ(UsedBytes(*segment), before);
  CHECK_EQ(CountLiveSlots(*segment), 0U);
  CHECK_EQ(ClaimSlot(*segment, 2, 1), 0);
  CHECK(RingsOf(*segment, 0).playout[5] == 0 && control.playoutStamp.load() == 0 &&
        control.captureEnd.load() == 0);
  CHECK(control.claimStamp.load() != stamp);
}

void TestAllSlots() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  for (uint32_t i = 0; i < kSlotCount; i++) CHECK_EQ(ClaimSlot(*segment, 1, 1), static_cast<int>(i));
  std::string why;
  CHECK_EQ(ClaimSlot(*segment, 1, 1, &why), kNoSlot);
  CHECK(!why.empty());
  Release(*segment, 33);
  CHECK_EQ(ClaimSlot(*segment, 1, 1), 33);
  CHECK_EQ(ReapDeadSlots(*segment), 0U);
}

void TestGarbageOwnership() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  Random random(TestSeed());
  for (uint32_t i = 0; i < kSlotCount; i++) {
    SlotControl& slot = segment->slot(i);
    slot.state.store(static_cast<uint32_t>(random.Next()) | 4U);  // no state that there is
    slot.ownerPid.store(static_cast<uint32_t>(random.Next()));
    slot.ownerStartStamp.store(random.Next());
    slot.ownerHeartbeatMs.store(HeartbeatNow() - 1000000);
  }
  CHECK_EQ(ReapDeadSlots(*segment), kSlotCount);
  CHECK_EQ(CountLiveSlots(*segment), 0U);
}

void TestThreads(uint64_t seed) {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  const uint64_t before = UsedBytes(*segment);
  // More threads than the slots left free, so that some go empty-handed.
  for (uint32_t i = 0; i < kSlotCount - 6; i++) CHECK(ClaimSlot(*segment, 0, 0) >= 0);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < 12; i++) threads.emplace_back([&, i] { Contend(*segment, seed + i, 60); });
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(CountLiveSlots(*segment), kSlotCount - 6);
  for (int i = 0; i < static_cast<int>(kSlotCount) - 6; i++) Release(*segment, i);
  if (kMemoryGoesBack) CHECK_EQ(UsedBytes(*segment), before);
}

}  // namespace

int main() {
  TestMemoryComesAndGoes();
  TestAllSlots();
  TestGarbageOwnership();
  TestThreads(TestSeed());
  return 0;
}
