// Slots under contention: threads, processes, SIGKILL at any moment.
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "bridge/shm/clock.h"
#include "bridge/shm/role.h"
#include "bridge/shm/slot.h"
#include "test/plugin/support/random.h"
#include "test/support/child.h"
#include "test/support/seed.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

uint32_t StampOf(Segment& segment, int slot) {
  return segment.slot(static_cast<uint32_t>(slot)).claimStamp.load();
}

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
  CHECK_EQ(UsedBytes(*segment), before);
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

/** Every holder writes a mark of its own into its slot's ring; nobody else may ever touch it. */
int Contend(Segment& segment, uint64_t seed, int rounds) {
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
  CHECK_EQ(UsedBytes(*segment), before);
}

void TestKilledProcesses(uint64_t seed) {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  const uint64_t before = UsedBytes(*segment);
  Random random(seed);
  std::vector<pid_t> children;
  for (uint64_t i = 0; i < 24; i++) {
    children.push_back(
        Fork([&] { return Contend(*MustOpen(name.object, SegmentAccess::kSparse), seed + i, 1 << 30); }));
    usleep(random.Below(5000));
  }
  std::thread reaper([&] {  // another who takes back, at the same time
    for (int i = 0; i < 100; i++) {
      ReapDeadSlots(*segment);
      usleep(2000);
    }
  });
  for (const pid_t child : children) {
    Kill(child);
    Join(child);
  }
  reaper.join();
  // Hearts stopped at most 2 s ago are not looked at closer; age them.
  for (uint32_t i = 0; i < kSlotCount; i++) segment->slot(i).ownerHeartbeatMs.fetch_sub(3000);
  ReapDeadSlots(*segment);
  CHECK_EQ(CountLiveSlots(*segment), 0U);
  CHECK_EQ(UsedBytes(*segment), before);
}

/** Nobody needs to wait two seconds when there is no other slot. */
void TestFullOfCorpses() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  const pid_t child = Fork([&] {
    for (uint32_t i = 0; i < kSlotCount; i++) CHECK(ClaimSlot(*segment, 0, 0) >= 0);
    return 0;
  });
  CHECK(Succeeded(Join(child)));
  CHECK_EQ(ReapDeadSlots(*segment), 0U);
  CHECK_EQ(ClaimSlot(*segment, 1, 1), 0);
}

void TestDyingInTheMiddleOfAClaim() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  const pid_t child = Fork([&] {
    CHECK(ClaimFreeRole(SlotRole(segment->slot(3))));  // and not a step further
    return 0;
  });
  CHECK(Succeeded(Join(child)));
  CHECK(ReadRole(SlotRole(segment->slot(3))).pid == static_cast<uint32_t>(child));
  segment->slot(3).ownerHeartbeatMs.fetch_sub(kClaimingDeadMs + 1);
  CHECK_EQ(ReapDeadSlots(*segment), 1U);
  CHECK_EQ(CountLiveSlots(*segment), 0U);
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestMemoryComesAndGoes();
  TestAllSlots();
  TestGarbageOwnership();
  TestThreads(seed);
  TestKilledProcesses(seed);
  TestFullOfCorpses();
  TestDyingInTheMiddleOfAClaim();
  return 0;
}
