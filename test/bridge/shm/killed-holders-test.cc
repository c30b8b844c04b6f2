// Slots whose holders are processes that die: SIGKILL at any moment.
#include <thread>
#include <vector>

#include "bridge/shm/role.h"
#include "bridge/shm/slot.h"
#include "test/bridge/shm/contend.h"
#include "test/plugin/support/random.h"
#include "test/support/child.h"
#include "test/support/seed.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

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
  TestKilledProcesses(TestSeed());
  TestFullOfCorpses();
  TestDyingInTheMiddleOfAClaim();
  return 0;
}
