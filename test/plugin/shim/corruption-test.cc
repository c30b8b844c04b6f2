// A segment full of garbage: whatever lies in it, at whatever moment, costs silence and nothing else. The
// plugin maps nothing but its own slot, so a step out of bounds ends this test by a signal.
#include <atomic>
#include <bit>
#include <cmath>
#include <thread>

#include "plugin/shim/midi-message.h"
#include "plugin/shim/mixer.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

/** Takes every message that is one; counts those that are none. */
class Listener : public TestHost {
 public:
  bool SendMidiMsg(const MidiEvent& event) override {
    CHECK(IsMidiMessage(event.data, event.size));
    return TestHost::SendMidiMsg(event);
  }
};

uint32_t RandomWord(Random& random) {
  switch (random.Below(5)) {
    case 0:
      return random.Below(16);
    case 1:
      return 0U - random.Below(16);
    case 2:
      return 1U << random.Below(32);
    case 3:
      return random.Below(1U << 17);
    default:
      return static_cast<uint32_t>(random.Next());
  }
}

void Scribble(std::byte* at, uint32_t bytes, uint32_t words, Random& random) {
  for (uint32_t i = 0; i < words; i++) {
    __atomic_store_n(reinterpret_cast<uint32_t*>(at) + random.Below(bytes / 4), RandomWord(random),
                     __ATOMIC_RELAXED);
  }
}

/** Anywhere that the plugin may look at. */
void ScribbleSomewhere(Segment& segment, uint32_t slot, Random& random) {
  std::byte* base = segment.slotBase(slot);
  switch (random.Below(6)) {
    case 0:
      Scribble(segment.base(), sizeof(SegmentHeader), 1 + random.Below(96), random);
      break;
    case 1:
      Scribble(base, sizeof(SlotControl), 1 + random.Below(64), random);
      break;
    case 2:
      Scribble(base + offsetof(SlotControl, playoutEnd), 24, 3, random);
      break;
    case 3:
      Scribble(base + kMidiPlayoutOffset, kMidiRingBytes, random.Below(20000), random);
      break;
    case 4:
      Scribble(base + kMidiPlayoutOffset, 4096, 1024, random);
      break;
    default:
      Scribble(base + kPlayoutOffset, 2 * kChannelRingBytes, random.Below(50000), random);
      break;
  }
}

/** What the plugin needs so that it looks at the garbage at all. */
void PretendToBeAlive(Segment& segment, uint32_t slot, uint32_t streamStamp, uint64_t frame, Random& random) {
  segment.header().engineState.store(static_cast<uint32_t>(RoleState::kLive));
  BeatEngine(segment);
  SlotControl& control = segment.slot(slot);
  control.playoutStamp.store(streamStamp);
  if (random.Below(2) == 0) control.playoutEnd.store(static_cast<uint32_t>(frame) + random.Below(70000));
  if (random.Below(2) == 0)
    control.midiPlayoutWrite.store(control.midiPlayoutRead.load() + 4 * random.Below(40000));
}

void CheckOutput(Listener& host, uint32_t frames) {
  for (uint32_t channel = 0; channel < 2; channel++) {
    for (uint32_t i = 0; i < frames; i++) CHECK(std::fabs(host.out[channel][i]) <= 1.0F + kPlayoutSampleMax);
  }
}

void TestGarbageBetweenBlocks(uint64_t seed) {
  Random random(seed);
  const TestSegmentName name;
  FakeEngine engine(name.object);
  Listener host;
  host.Activate();
  host.Process(64);
  engine.Serve();
  uint32_t slot = engine.OnlySlot();
  const uint64_t start = engine.view(slot).control.streamFrame;
  const uint32_t stamp = engine.view(slot).control.streamStamp;
  host.in.FillNoise(random);
  for (int i = 0; i < 2000; i++) {
    for (uint32_t k = random.Below(3); k > 0; k--) ScribbleSomewhere(engine.segment(), slot, random);
    if (random.Below(8) != 0) PretendToBeAlive(engine.segment(), slot, stamp, start + host.frames(), random);
    if (random.Below(20) == 0) host.Midi(0, {0x90, 60, 100});
    const uint32_t frames = random.Below(600);
    host.Process(frames);
    CheckOutput(host, frames);
  }
}

/** The send side never depends on what the segment says. */
void TestDryIsUntouched(uint64_t seed) {
  Random random(seed);
  const TestSegmentName name;
  FakeEngine engine(name.object);
  Listener host;
  host.plugin.SetParam(kParamMode, 0);
  host.Activate();
  const uint32_t slot = engine.OnlySlot();
  for (int i = 0; i < 500; i++) {
    for (int k = 0; k < 4; k++) ScribbleSomewhere(engine.segment(), slot, random);
    host.in.FillNoise(random);
    const uint32_t frames = random.Below(600);
    host.Process(frames);
    for (uint32_t k = 0; k < frames; k++) {
      CHECK(std::bit_cast<uint32_t>(host.out[1][k]) == std::bit_cast<uint32_t>(host.in[1][k]));
    }
  }
}

/** The keeper too lives on the segment: everything is scribbled over while threads use it. */
[[maybe_unused]] void TestGarbageAtAnyMoment(uint64_t seed) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  const std::shared_ptr<Segment> segment = MustOpen(name.object, SegmentAccess::kWhole);
  std::atomic<bool> stop{false};
  Listener host;
  host.Activate();
  std::thread vandal([&] {
    Random random(seed);
    while (!stop) {
      ScribbleSomewhere(*segment, random.Below(3), random);
      if (random.Below(3) == 0)
        PretendToBeAlive(*segment, random.Below(3), static_cast<uint32_t>(random.Next()), 0, random);
      segment->header().retired.store(random.Below(50) == 0 ? 1 : 0);
    }
  });
  Random random(seed + 1);
  host.in.FillNoise(random);
  for (int round = 0; round < 6; round++) {
    for (int i = 0; i < 300; i++) {
      const uint32_t frames = random.Below(600);
      host.Process(frames);
      CheckOutput(host, frames);
      usleep(200);
    }
    ReapDeadSlots(*segment);  // as an engine would
    host.plugin.Deactivate();
    host.Activate();
  }
  stop = true;
  vandal.join();
}

/** And when an engine cleans up, sound returns by itself. */
void TestRecovery(uint64_t seed) {
  Random random(seed);
  const TestSegmentName name;
  Listener host;
  host.Activate();
  {
    FakeEngine engine(name.object);
    const std::shared_ptr<Segment> segment = MustOpen(name.object, SegmentAccess::kWhole);
    for (int i = 0; i < 20; i++) {
      Scribble(segment->base(), sizeof(SegmentHeader), 96, random);
      host.Process(64);
    }
    engine.Crash();
  }
  FakeEngine engine(name.object);
  host.in.Fill(0);
  CHECK(Eventually([&] {
    host.Process(64);
    engine.Serve();
    bool heard = false;
    for (uint32_t i = 0; i < 64; i++) heard = heard || host.out[0][i] != 0.0F;
    return heard;
  }));
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  for (uint64_t i = 0; i < 3; i++) TestGarbageBetweenBlocks(seed + i);
  TestDryIsUntouched(seed);
#ifndef __SANITIZE_THREAD__  // vandals do not synchronize
  TestGarbageAtAnyMoment(seed);
#endif
  for (uint64_t i = 0; i < 3; i++) TestRecovery(seed + i);
  return 0;
}
