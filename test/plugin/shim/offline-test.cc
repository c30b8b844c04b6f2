// Renders: the dry side passes, the wet side is silent or what was received once, always the same, never a
// wait.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

/** A host that rolls along its song. */
struct Studio {
  explicit Studio(uint32_t blockFramesMax = 4096) : engine(name.object), host(2, 2, blockFramesMax) {
    host.plugin.SetParam(kParamMode, 1);
    host.plugin.SetParam(kParamDry, 0);
    host.plugin.SetParam(kParamOffline, 1);
    host.transport = &transport;
    engine.BeatInBackground();
  }

  /** One block at the song's position; what was heard on the first channel. */
  std::vector<float> Block(uint32_t frames) {
    host.Process(frames);
    if (!host.offline) engine.Serve();
    transport.songFrame += (transport.flags & kTransportPlaying) != 0 ? frames : 0;
    return {host.out[0].begin(), host.out[0].begin() + frames};
  }

  /** Rolls from `from` to `to` in blocks of any size. */
  std::vector<float> Roll(int64_t from, int64_t to, Random& random) {
    transport.songFrame = from;
    std::vector<float> heard;
    while (transport.songFrame < to) {
      const int64_t left = to - transport.songFrame;
      const std::vector<float> block =
          Block(std::min(random.Below(1500), static_cast<uint32_t>(std::min<int64_t>(left, 4096))));
      heard.insert(heard.end(), block.begin(), block.end());
      // The keeper's turn, which a host in a hurry does not leave it.
      if (!host.offline) usleep(300);
    }
    return heard;
  }

  TestSegmentName name;
  FakeEngine engine;
  TestHost host;
  Transport transport = {kTransportPlaying | kTransportPositionValid, 0, 0, 0, 120, 4, 4};
};

bool Same(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

bool Silent(const std::vector<float>& samples) {
  return std::all_of(samples.begin(), samples.end(), [](float sample) { return sample == 0.0F; });
}

void TestTakeIsHeardAgain(uint64_t seed) {
  Random random(seed);
  Studio studio;
  studio.host.Activate();
  const std::vector<float> live = studio.Roll(-20000, 60000, random);
  CHECK(!Silent(live));
  CHECK(studio.host.plugin.GetParam(kParamTake) > 1.6 && studio.host.plugin.GetParam(kParamTake) < 2.5);
  studio.host.offline = true;
  for (int i = 0; i < 3; i++) CHECK(Same(studio.Roll(-20000, 60000, random), live));
  const std::vector<float> middle = studio.Roll(1234, 23456, random);
  CHECK(Same(middle, {live.begin() + 21234, live.begin() + 43456}));
  CHECK(Silent(studio.Roll(200000, 220000, random)) && Silent(studio.Roll(-90000, -40000, random)));
  studio.transport.flags = kTransportPositionValid;  // the transport stands
  CHECK(Silent(studio.Block(1000)));
  studio.transport.flags |= kTransportPlaying;
  studio.host.transport = nullptr;  // the host says nothing
  CHECK(Silent(studio.Block(1000)));
  studio.host.transport = &studio.transport;
  studio.transport.songFrame = INT64_MIN;
  CHECK(Silent(studio.Block(1000)));
  studio.host.plugin.SetParam(kParamOffline, 0);
  CHECK(Silent(studio.Roll(0, 20000, random)));
  studio.host.plugin.SetParam(kParamOffline, 1);
  studio.host.plugin.SetParam(kParamMode, 3);
  studio.Block(1000);
  CHECK(Silent(studio.Roll(0, 20000, random)));  // bypassed: the dry side, which is silent here
}

/** As hosts render: inactive in between, other blocks, perhaps another latency. */
void TestTakeOutlivesActivation(uint64_t seed) {
  Random random(seed);
  TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  Transport transport = {kTransportPlaying | kTransportPositionValid, 0, 0, 0, 120, 4, 4};
  TestHost host(1, 2, 256);
  host.transport = &transport;
  host.plugin.SetParam(kParamMode, 1);
  host.plugin.SetParam(kParamDry, 0);
  host.plugin.SetParam(kParamOffline, 1);
  host.plugin.SetParam(kParamReportLatency, 1);
  host.Activate();
  const uint32_t liveLatency = host.plugin.GetLatency();
  std::vector<float> live;
  for (; transport.songFrame < 40000; transport.songFrame += 250) {
    host.Process(250);
    engine.Serve();
    live.insert(live.end(), host.out[1].begin(), host.out[1].begin() + 250);
    usleep(300);
  }
  host.plugin.Deactivate();
  host.offline = true;
  CHECK(host.plugin.Activate(48000, 2048, 1, 2));
  const uint32_t latency = host.plugin.GetLatency();
  CHECK_EQ(latency, liveLatency + 2 * (2048 - 256));
  // Compensated for, both lie at the same place of the song.
  transport.songFrame = latency - liveLatency;
  std::vector<float> rendered;
  for (; rendered.size() < live.size(); transport.songFrame += 2000) {
    host.Process(2000);
    rendered.insert(rendered.end(), host.out[1].begin(), host.out[1].begin() + 2000);
  }
  CHECK(Same(rendered, live) && !Silent(live));
  // Of another sample rate it would be of another pitch: it is forgotten.
  CHECK(host.plugin.Activate(44100, 2048, 1, 2));
  CHECK(host.plugin.GetParam(kParamTake) == 0);
  transport.songFrame = 0;
  host.Process(2000);
  CHECK(Silent({host.out[1].begin(), host.out[1].begin() + 2000}));
}

/** What is rolled over anew replaces what was there; where nobody sends, nothing is replaced. */
void TestTapeIsRecordedOver(uint64_t seed) {
  Random random(seed);
  Studio studio;
  studio.host.Activate();
  std::vector<float> expected = studio.Roll(0, 50000, random);
  const std::vector<float> again = studio.Roll(10000, 30000, random);
  std::copy(again.begin(), again.end(), expected.begin() + 10000);
  CHECK(Eventually([&] {
    studio.engine.plays = false;
    studio.transport.flags = 0;
    studio.Block(64);
    const auto heard = studio.Block(64);
    return Silent(heard);
  }));
  studio.transport.flags = kTransportPlaying | kTransportPositionValid;
  CHECK(Silent(studio.Roll(5000, 15000, random)));
  studio.host.offline = true;
  CHECK(Same(studio.Roll(0, 50000, random), expected));
}

using Notes = std::map<std::pair<int64_t, int>, int>;  // (song frame, status << 8 | note) -> how often

/** Notes that were sent since `first`, by where the song was. */
Notes NotesOf(const TestHost& host, size_t first, uint64_t hostFrame, int64_t songFrame) {
  Notes notes;
  for (size_t i = first; i < host.sent.size(); i++) {
    const SentMidi& event = host.sent[i];
    notes[{songFrame + static_cast<int64_t>(event.frame - hostFrame),
           static_cast<int>(event.bytes.size()) << 16 | event.bytes[0] << 8 | event.bytes[1]}]++;
  }
  return notes;
}

void TestMidiIsHeardAgain(uint64_t seed) {
  Random random(seed);
  Studio studio;
  TestHost& host = studio.host;
  host.Activate();
  studio.Roll(-4000, 0, random);
  const uint32_t slot = studio.engine.OnlySlot();
  const EngineView& view = studio.engine.view(slot);
  const uint64_t base = view.control.blockFrame + view.control.blockFrames;
  for (uint32_t i = 0; i < 200; i++) {
    const auto note = static_cast<uint8_t>(i % 100);
    studio.engine.SendMidi(slot, base + i * 97, {0x90, note, 90});
    studio.engine.SendMidi(slot, base + i * 97 + 60, {0x80, note, 64});
  }
  std::vector<uint8_t> sysEx(300, 5);
  sysEx.front() = 0xF0;
  sysEx.back() = 0xF7;
  studio.engine.SendMidi(slot, base + 5000, sysEx);
  const auto roll = [&] {
    const size_t first = host.sent.size();
    const uint64_t hostFrame = host.frames();
    studio.Roll(0, 30000, random);
    return NotesOf(host, first, hostFrame, 0);
  };
  const Notes live = roll();
  CHECK_EQ(live.size(), 401U);
  host.offline = true;
  for (int i = 0; i < 3; i++) CHECK(roll() == live);
  // In the middle of a note the song goes elsewhere, or ends: the note ends with it.
  const size_t before = host.sent.size();
  studio.transport.songFrame = 97;
  studio.Block(30);
  CHECK(host.sent.size() == before + 1 && host.sent.back().bytes[0] == 0x90);
  studio.transport.songFrame = 25000;
  studio.Block(30);
  CHECK(host.sent.size() == before + 2 && host.sent.back().bytes[0] == 0x80);
  studio.transport.songFrame = 97;
  studio.Block(30);
  host.offline = false;
  studio.Block(30);
  CHECK(host.sent.size() == before + 4 && host.sent.back().bytes[0] == 0x80);
  host.plugin.SetParam(kParamMidi, 0);
  host.offline = true;
  studio.Roll(0, 30000, random);
  CHECK_EQ(host.sent.size(), before + 4);
}

/** The dry side of a render hears nothing of what was played before it, whatever lay in its delay. */
void TestRendersAreAlike(uint64_t seed) {
  Random random(seed);
  TestHost host(2, 2, 512);
  host.plugin.SetParam(kParamReportLatency, 1);
  host.Activate();
  std::vector<float> first;
  for (int pass = 0; pass < 3; pass++) {
    host.offline = false;
    for (int i = 0; i < 20; i++) {
      host.in.FillNoise(random);
      host.Midi(3, {static_cast<uint8_t>(i % 2 == 0 ? 0x90 : 0x80), 60, 64});
      host.Process(random.Below(512));
    }
    host.sent.clear();
    host.offline = true;
    Random same(99);
    std::vector<float> rendered;
    for (int i = 0; i < 40; i++) {
      host.in.FillNoise(same);
      host.Process(512);
      rendered.insert(rendered.end(), host.out[1].begin(), host.out[1].begin() + 512);
    }
    for (const SentMidi& event : host.sent) CHECK(event.bytes[0] == 0x80);  // no note begins from before
    if (pass == 0) first = rendered;
    CHECK(Same(rendered, first) && !Silent(rendered));
  }
}

void TestResetForgetsTheDelay() {
  TestHost host(2, 2, 128);
  host.plugin.SetParam(kParamReportLatency, 1);
  host.plugin.SetParam(kParamMode, 0);
  host.Activate();
  host.in.Fill(1);
  for (int i = 0; i < 20; i++) host.Process(128);
  CHECK(host.out[0][0] == 1);
  host.plugin.Reset();
  host.in.Fill(0);
  for (int i = 0; i < 20; i++) {
    host.Process(128);
    CHECK(host.out[0][0] == 0 && host.out[1][127] == 0);
  }
}

/** No flag, but blocks faster than time: after a second of sound it is taken for what it is. */
void TestHostThatLies() {
  Studio studio;
  studio.host.plugin.WatchBlockFlow(true);
  studio.host.Activate();
  studio.transport.flags = 0;
  Random random(5);
  CHECK(Eventually([&] { return !Silent(studio.Block(64)); }));
  const uint32_t slot = studio.engine.OnlySlot();
  for (int i = 0; i < 60; i++) studio.Block(1024);
  CHECK(studio.engine.view(slot).control.offline == 1);
  const uint32_t published = studio.engine.header().publishCount.load();
  for (int i = 0; i < 60; i++) CHECK(Silent(studio.Block(1024)));
  CHECK_EQ(studio.engine.header().publishCount.load(), published);
  CHECK(Eventually([&] {  // in its own time again: the network is back
    usleep(21000);
    return !Silent(studio.Block(1024));
  }));
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestTakeIsHeardAgain(seed);
  TestTakeOutlivesActivation(seed + 1);
  TestTapeIsRecordedOver(seed + 2);
  TestMidiIsHeardAgain(seed + 3);
  TestRendersAreAlike(seed + 4);
  TestResetForgetsTheDelay();
  TestHostThatLies();
  return 0;
}
