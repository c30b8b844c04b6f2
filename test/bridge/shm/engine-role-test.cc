#include "bridge/shm/engine-role.h"

#include "bridge/shm/clock.h"
#include "bridge/shm/role.h"
#include "bridge/shm/slot.h"
#include "test/support/child.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void TestClaimAndRelease() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  SegmentHeader& header = segment->header();
  CHECK(!EngineAlive(header, HeartbeatNow()));
  const EngineClaim first = ClaimEngine(*segment, "studio \xC3\xA4");
  CHECK(first.ok && first.generation == 1);
  CHECK(EngineAlive(header, HeartbeatNow()));
  CHECK(!EngineAlive(header, HeartbeatNow() + kHeartbeatFreshMs));
  CHECK(LoadSharedText(header.sessionName) == "studio \xC3\xA4");
  const EngineClaim second = ClaimEngine(*segment, "other");
  CHECK(!second.ok && second.holderPid == static_cast<uint32_t>(getpid()));
  ReleaseEngine(*segment, true);
  CHECK(!EngineAlive(header, HeartbeatNow()));
  CHECK(segment->Name() == NameState::kGone);
}

void TestUnlinkOnlyIfUnused() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  CHECK(ClaimEngine(*segment, "s").ok);
  const int slot = ClaimSlot(*segment, 2, 2);
  ReleaseEngine(*segment, true);
  CHECK(segment->Name() == NameState::kSame);
  const auto index = static_cast<uint32_t>(slot);
  ReleaseSlot(*segment, index, segment->slot(index).claimStamp.load());
  CHECK(ClaimEngine(*segment, "s").generation == 2);
  ReleaseEngine(*segment, false);
  CHECK(segment->Name() == NameState::kSame);
}

void TestKilledEngineIsReplacedAtOnce() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  const int slot = ClaimSlot(*segment, 1, 1);
  SlotControl& control = segment->slot(static_cast<uint32_t>(slot));
  for (uint32_t generation = 1; generation <= 5; generation++) {
    Signal ready;
    const pid_t engine = Fork([&] {
      CHECK(ClaimEngine(*segment, "s").generation == generation);
      segment->header().engineSleeping.store(1);
      control.playoutStamp.store(generation);
      ready.Send();
      for (;;) pause();
      return 0;
    });
    ready.Await();
    CHECK(!ClaimEngine(*segment, "thief").ok);
    Kill(engine);
    Join(engine);
    CHECK_EQ(control.playoutStamp.load(), generation);
  }
  CHECK(ClaimEngine(*segment, "s").generation == 6);
  CHECK_EQ(control.playoutStamp.load(), 0U);  // nothing that the dead one rendered may sound
  CHECK_EQ(segment->header().engineSleeping.load(), 0U);
}

void TestOnlyOneOfManyGetsIt() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  constexpr int kEngines = 16;
  pid_t engines[kEngines];
  for (pid_t& engine : engines) {
    engine = Fork([&] {
      const bool ok = ClaimEngine(*segment, "s").ok;
      if (ok) segment->header().publishCount.fetch_add(1);
      usleep(300000);  // so that nobody is dead while others try
      return 0;
    });
  }
  for (const pid_t engine : engines) CHECK(Succeeded(Join(engine)));
  CHECK_EQ(segment->header().publishCount.load(), 1U);
}

void TestGarbageRole() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  segment->header().engineState.store(0xDEADBEEF);
  segment->header().enginePid.store(1);
  CHECK(ClaimEngine(*segment, "s").ok);
  ReleaseEngine(*segment, false);
  segment->header().engineState.store(static_cast<uint32_t>(RoleState::kLive));
  segment->header().enginePid.store(0);
  CHECK(ClaimEngine(*segment, "s").ok);
}

void TestTexts() {
  char shared[kNameBytes];
  StoreSharedText(shared, std::string(100, 'x'));
  CHECK_EQ(LoadSharedText(shared), std::string(63, 'x'));
  std::string umlauts = "x";
  for (int i = 0; i < 40; i++) umlauts += "\xC3\xA4";
  StoreSharedText(shared, umlauts);
  CHECK_EQ(LoadSharedText(shared), umlauts.substr(0, 63));  // 1 + 31 * 2: no half character
  StoreSharedText(shared, umlauts.substr(1));
  CHECK_EQ(LoadSharedText(shared), umlauts.substr(1, 62));
  for (char& c : shared) c = 'y';  // no NUL at all
  CHECK_EQ(LoadSharedText(shared).size(), static_cast<size_t>(kNameBytes));
}

}  // namespace

int main() {
  TestClaimAndRelease();
  TestUnlinkOnlyIfUnused();
  TestKilledEngineIsReplacedAtOnce();
  TestOnlyOneOfManyGetsIt();
  TestGarbageRole();
  TestTexts();
  return 0;
}
