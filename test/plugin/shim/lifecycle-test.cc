// Engines come, go, crash and come back; instances come and go: the dry side plays on, nothing stale sounds.
#include <cmath>

#include "bridge/shm/process-identity.h"
#include "bridge/shm/role.h"
#include "plugin/shim/keeper.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/child.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kBlock = 64;
constexpr uint32_t kNoEngine = 0;
constexpr uint32_t kReceiving = 3;
constexpr uint32_t kRefused = 4;

/** A block with silent input: is anything heard of the wet side? */
bool HearsWet(TestHost& host) {
  host.in.Fill(0);
  host.Process(kBlock);
  bool heard = false;
  for (uint32_t i = 0; i < kBlock; i++) heard = heard || host.out[0][i] != 0.0F;
  return heard;
}

bool Hears(TestHost& host, FakeEngine& engine) {
  return Eventually([&] {
    const bool heard = HearsWet(host);
    engine.Serve();
    return heard;
  });
}

void TestNoEngineThenOne() {
  const TestSegmentName name;
  TestHost host;
  host.Activate();
  host.in.Fill(0.5F);
  host.Process(kBlock);
  CHECK(host.out[0][0] == 0.5F && host.Status() == kNoEngine);
  CHECK(!HearsWet(host));
  FakeEngine engine(name.object);
  CHECK(Hears(host, engine));
  CHECK(Eventually([&] { return host.Status() == kReceiving; }));
  const uint32_t slot = engine.OnlySlot();
  engine.slot(slot).slotStatus.store(0xFFFFFFFFU);  // garbage stays within the parameter's range
  CHECK(Eventually([&] {
    engine.Beat();
    return host.Status() == kRefused;
  }));
  host.plugin.Deactivate();
  CHECK(host.Status() == kNoEngine);
  CHECK_EQ(CountLiveSlots(engine.segment()), 0U);
}

void TestStaleEngineIsSilent() {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  TestHost host;
  host.Activate();
  CHECK(Hears(host, engine));
  const uint32_t slot = engine.OnlySlot();
  const uint32_t underruns = engine.slot(slot).underruns.load();
  engine.MakeStale(kHeartbeatFreshMs);
  CHECK(!HearsWet(host));  // though the ring is full of it
  engine.header().engineHeartbeatMs.store(HeartbeatNow() + 100000);
  CHECK(!HearsWet(host));                                   // a heartbeat of the future is no heartbeat
  CHECK_EQ(engine.slot(slot).underruns.load(), underruns);  // nobody should have had anything
  CHECK(Eventually([&] { return host.Status() == kNoEngine; }));
  CHECK(Hears(host, engine));
}

void TestCrashAndRestart() {
  const TestSegmentName name;
  TestHost host;
  {
    FakeEngine first(name.object);
    host.Activate();
    CHECK(Hears(host, first));
    first.Crash();
  }
  CHECK(!HearsWet(host));
  FakeEngine second(name.object);
  for (int i = 0; i < 5; i++) CHECK(!HearsWet(host));  // it lives, but has rendered nothing yet
  CHECK(Hears(host, second));
  CHECK_EQ(second.header().engineGeneration.load(), 2U);
}

void TestOrderlyStopAndRestart() {
  const TestSegmentName name;
  TestHost host;
  {
    FakeEngine first(name.object);
    host.Activate();
    CHECK(Hears(host, first));
  }
  CHECK(!HearsWet(host));
  FakeEngine second(name.object);
  CHECK(Hears(host, second));
}

/** The object is replaced under its name, announced or not: the instance moves, the old one is left clean. */
void TestReplacedSegment(bool announced) {
  const TestSegmentName name;
  TestHost host;
  host.Activate();
  auto first = std::make_unique<FakeEngine>(name.object);
  CHECK(Hears(host, *first));
  const auto old = MustOpen(name.object, SegmentAccess::kWhole);
  if (announced) {
    old->header().revision = kSegmentRevision + 1;
    first->BeatInBackground();  // its engine lives on and does not know yet
  } else {
    first->Crash();
    CHECK(Eventually([&] { return host.Status() == kNoEngine; }));
    old->Unlink();  // as by hand
  }
  FakeEngine second(name.object);
  CHECK(old->Name() == NameState::kOther);
  CHECK(Hears(host, second));
  CHECK(Eventually([&] {
    host.Process(kBlock);
    return CountLiveSlots(*old) == 0;
  }));
}

void TestForeignSegmentIsRefused() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  segment->header().revision = kSegmentRevision + 7;
  TestHost host;
  host.Activate();
  CHECK_EQ(host.Status(), kRefused);
  host.in.Fill(0.5F);
  host.Process(kBlock);
  CHECK(host.out[1][0] == 0.5F);
}

void TestStolenSlot() {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  TestHost host;
  host.Activate();
  CHECK(Hears(host, engine));
  const uint32_t slot = engine.OnlySlot();
  engine.slot(slot).claimStamp.fetch_xor(0x55);
  engine.slot(slot).ownerPid.store(1);
  CHECK(Eventually([&] {
    host.Process(kBlock);
    engine.Serve();
    return CountLiveSlots(engine.segment()) == 2 && HearsWet(host);
  }));
}

void TestManyInstances() {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  std::vector<std::unique_ptr<TestHost>> hosts;
  for (uint32_t i = 0; i < kSlotCount; i++) {
    hosts.push_back(std::make_unique<TestHost>());
    hosts.back()->plugin.SetParam(kParamDry, 0);
    hosts.back()->Activate();
    hosts.back()->Process(kBlock);
  }
  CHECK_EQ(CountLiveSlots(engine.segment()), kSlotCount);
  engine.Serve();
  for (uint32_t i = 0; i < kSlotCount; i++) {
    const uint64_t frame = engine.view(i).control.streamFrame + kBlock;
    hosts[i]->Process(kBlock);
    for (uint32_t k = 0; k < kBlock; k++) CHECK(hosts[i]->out[1][k] == PlayoutSample(i, 1, frame + k));
  }
  TestHost oneTooMany;
  oneTooMany.Activate();
  CHECK_EQ(oneTooMany.Status(), kRefused);
  hosts[17].reset();
  CHECK(Eventually([&] {
    engine.Beat();
    return oneTooMany.Status() != kRefused;
  }));
  CHECK_EQ(CountLiveSlots(engine.segment()), kSlotCount);
  hosts.clear();
  CHECK_EQ(CountLiveSlots(engine.segment()), 1U);
}

/** An engine in a process of its own, until it is killed. */
pid_t StartEngineProcess(const std::string& object) {
  Signal ready;
  const pid_t pid = Fork([&] {
    FakeEngine engine(object);
    ready.Send();
    for (;;) {
      engine.Serve();
      usleep(500);
    }
    return 0;
  });
  ready.Await();
  return pid;
}

void TestKilledEngineProcess() {
  const TestSegmentName name;
  TestHost host;
  host.Activate();
  for (int round = 0; round < 3; round++) {
    const pid_t engine = StartEngineProcess(name.object);
    CHECK(Eventually([&] { return HearsWet(host); }));
    Kill(engine);
    usleep((kHeartbeatFreshMs + 20) * 1000);
    CHECK(!HearsWet(host));
    Join(engine);
  }
  host.plugin.Deactivate();
  const auto left = MustOpen(name.object, SegmentAccess::kWhole);
  CHECK_EQ(CountLiveSlots(*left), 0U);
}

void TestKilledHostProcess() {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  const uint64_t before = UsedBytes(engine.segment());
  Signal ready;
  const pid_t child = Fork([&] {
    TestHost a;
    TestHost b(1, 1);
    a.Activate();
    b.Activate();
    a.Process(kBlock);
    ready.Send();
    for (;;) b.Process(kBlock);
    return 0;
  });
  ready.Await();
  CHECK_EQ(CountLiveSlots(engine.segment()), 2U);
  CHECK(UsedBytes(engine.segment()) > before);
  Kill(child);
  Join(child);
  CHECK(Eventually([&] {
    ReapDeadSlots(engine.segment());
    return CountLiveSlots(engine.segment()) == 0;
  }));
  CHECK_EQ(UsedBytes(engine.segment()), before);
}

/** Whatever the engine does, process() is somewhere in the middle of it. */
void TestComingAndGoing() {
  const TestSegmentName name;
  TestHost host;
  host.Activate();
  std::atomic<bool> done{false};
  std::thread engines([&] {
    for (int i = 0; i < 12; i++) {
      FakeEngine engine(name.object);
      for (int k = 0; k < 100; k++) {
        engine.Serve();
        usleep(1000);
      }
      if (i % 3 == 0) engine.Crash();
      if (i % 3 == 1) engine.segment().header().retired.store(1);
    }
    done = true;
  });
  int heard = 0;
  while (!done) {
    heard += HearsWet(host) ? 1 : 0;
    for (uint32_t i = 0; i < kBlock; i++) CHECK(std::fabs(host.out[0][i]) <= 1.0F);
    usleep(300);
  }
  engines.join();
  CHECK(heard > 0);
}

}  // namespace

int main() {
  TestNoEngineThenOne();
  TestStaleEngineIsSilent();
  TestCrashAndRestart();
  TestOrderlyStopAndRestart();
  TestReplacedSegment(true);
  TestReplacedSegment(false);
  TestForeignSegmentIsRefused();
  TestStolenSlot();
  TestManyInstances();
  TestKilledEngineProcess();
  TestKilledHostProcess();
  TestComingAndGoing();
  return 0;
}
