// MIDI through the plugin, both ways: order, frames, long messages, what waits, what must be let go.
#include <algorithm>
#include <cstring>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

using Bytes = std::vector<uint8_t>;

struct Link {
  explicit Link(uint32_t blockFramesMax = 8192) : engine(name.object), host(2, 2, blockFramesMax) {}

  void Start() {
    engine.BeatInBackground();
    host.Activate();
    slot = engine.OnlySlot();
    Step(64);
    Step(64);
    start = engine.view(slot).control.streamFrame;
    host.sent.clear();
  }
  void Step(uint32_t frames) {
    host.Process(frames);
    engine.Serve();
  }
  /** Absolute frame of the next block's beginning. */
  uint64_t Now() const { return start + host.frames(); }
  void Send(uint64_t frame, const Bytes& bytes) { engine.SendMidi(slot, frame, bytes); }
  /** Absolute frame of something that was sent. */
  uint64_t FrameOf(const SentMidi& event) const { return start + event.frame; }

  TestSegmentName name;
  FakeEngine engine;
  TestHost host;
  uint32_t slot = 0;
  uint64_t start = 0;
};

Bytes LongMessage(uint32_t size, uint32_t salt) {
  Bytes bytes(size);
  for (uint32_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>((i * 7 + salt) & 0x7F);
  bytes.front() = 0xF0;
  bytes.back() = 0xF7;
  return bytes;
}

void TestCapture() {
  Link link;
  link.host.plugin.SetParam(kParamDry, 0);
  link.Start();
  link.host.Midi(0, {0x90, 60, 100});
  link.host.Midi(5, {0xC1, 9});
  link.host.Midi(5, LongMessage(65536, 1));
  link.host.Midi(63, {0xF8});
  const uint64_t frame = link.Now();
  link.Step(64);
  const auto& midi = link.engine.view(link.slot).midi;
  CHECK_EQ(midi.size(), 4U);
  CHECK(midi[0].frame == static_cast<uint32_t>(frame) && midi[0].bytes == Bytes({0x90, 60, 100}));
  CHECK(midi[1].frame == static_cast<uint32_t>(frame + 5) && midi[1].bytes == Bytes({0xC1, 9}));
  CHECK(midi[2].frame == static_cast<uint32_t>(frame + 5) && midi[2].bytes == LongMessage(65536, 1));
  CHECK(midi[3].frame == static_cast<uint32_t>(frame + 63) && midi[3].bytes == Bytes({0xF8}));
  CHECK(link.host.sent.empty());  // the dry path is closed
}

void TestCaptureOnlyWhatIsSent() {
  Link link;
  link.Start();
  const auto send = [&](uint32_t param, double value) {
    link.host.plugin.SetParam(param, value);
    link.host.Midi(0, {0x90, 60, 100});
    link.Step(64);
    return link.engine.view(link.slot).midi.size();
  };
  CHECK_EQ(send(kParamMode, 1), 0U);  // receive only
  CHECK_EQ(send(kParamMidi, 0), 0U);
  CHECK_EQ(send(kParamMode, 0), 0U);
  CHECK_EQ(send(kParamMidi, 1), 1U);
  CHECK_EQ(link.host.sent.size(), 4U);  // the track itself is not concerned
  // Within one block: only what lies behind the switch.
  link.host.Midi(10, {0x90, 61, 100});
  link.host.Param(20, kParamMidi, 0);
  link.host.Midi(30, {0x90, 62, 100});
  link.Step(64);
  CHECK_EQ(link.engine.view(link.slot).midi.size(), 2U);
}

void TestCaptureRingFull() {
  Link link;
  link.Start();
  link.engine.reads = false;
  uint32_t events = 0;
  while (link.engine.slot(link.slot).midiDropped.load() == 0) {
    link.host.Midi(0, {0x90, static_cast<uint8_t>(events++ & 0x7F), 100});
    link.Step(1);
    CHECK(events < 20000);
  }
  link.engine.reads = true;
  link.Step(1);
  CHECK_EQ(link.engine.view(link.slot).midi.size(), events - 1);
  link.host.Midi(0, {0x90, 1, 1});
  link.Step(1);
  CHECK_EQ(link.engine.view(link.slot).midi.size(), events);
}

/** Far ahead, late, out of order: each at its frame, or at once; equal frames in the order of arrival. */
void TestPlayoutOrder() {
  Link link;
  link.Start();
  const uint64_t now = link.Now();
  link.Send(now + 1000, {0x90, 1, 1});
  link.Send(now + 70, {0x90, 2, 1});
  link.Send(now - 500, {0x90, 3, 1});
  link.Send(now + 63, {0x90, 4, 1});
  link.Send(now + 63, {0x80, 4, 1});
  link.Send(now, {0x90, 5, 1});
  for (int i = 0; i < 20; i++) link.Step(64);
  const std::vector<std::pair<uint64_t, int>> expected = {{now, 3},      {now, 5},      {now + 63, 4},
                                                          {now + 63, 4}, {now + 70, 2}, {now + 1000, 1}};
  CHECK_EQ(link.host.sent.size(), expected.size());
  for (size_t i = 0; i < expected.size(); i++) {
    CHECK_EQ(link.FrameOf(link.host.sent[i]), expected[i].first);
    CHECK_EQ(link.host.sent[i].bytes[1], expected[i].second);
  }
  CHECK(link.host.sent[2].bytes[0] == 0x90 && link.host.sent[3].bytes[0] == 0x80);
}

void TestRandomEvents(uint64_t seed) {
  Link link;
  link.host.plugin.SetParam(kParamDry, 0);
  link.Start();
  Random random(seed);
  std::vector<std::pair<uint64_t, Bytes>> expected;
  for (int block = 0; block < 300; block++) {
    const uint32_t frames = random.Below(2000);
    for (uint32_t i = random.Below(8); i > 0; i--) {
      const uint64_t frame = link.Now() + frames + random.Below(30000);  // never late
      Bytes bytes = {static_cast<uint8_t>(0xB0 | random.Below(16)), static_cast<uint8_t>(random.Below(100)),
                     static_cast<uint8_t>(random.Below(128))};
      if (random.Below(6) == 0) bytes = LongMessage(2 + random.Below(9000), random.Below(100));
      if (link.engine.TrySendMidi(link.slot, frame, bytes)) expected.emplace_back(frame, bytes);
    }
    link.Step(frames);
  }
  for (int i = 0; i < 10; i++) link.Step(8192);
  const auto earlier = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::stable_sort(expected.begin(), expected.end(), earlier);
  CHECK_EQ(link.host.sent.size(), expected.size());
  for (size_t i = 0; i < expected.size(); i++) {
    CHECK_EQ(link.FrameOf(link.host.sent[i]), expected[i].first);
    CHECK(link.host.sent[i].bytes == expected[i].second);
  }
}

/** More waits than there is room for: the rest stays in the ring, in order, and comes later. */
void TestPendingFull() {
  Link link;
  link.Start();
  const uint64_t due = link.Now() + 20000;
  uint32_t sent = 0;
  for (int block = 0; block < 200; block++) {
    for (int i = 0; i < 100; i++) {
      sent += link.engine.TrySendMidi(link.slot, due, {0xB0, static_cast<uint8_t>(sent & 63U), 1}) ? 1 : 0;
    }
    link.Step(64);
  }
  CHECK(link.host.sent.empty());
  CHECK(sent > 4096 && sent < 20000);
  for (int block = 0; block < 10; block++) link.Step(8192);
  CHECK_EQ(link.host.sent.size(), sent);
  for (uint32_t i = 0; i < sent; i++) CHECK_EQ(link.host.sent[i].bytes[1], i & 63U);
}

void TestLongMessages() {
  Link link;
  link.Start();
  for (uint32_t i = 0; i < 12; i++) {  // more than the room for long ones holds at once, but not at once
    link.Send(link.Now() + 10, LongMessage(65536, i));
    link.Step(64);
  }
  CHECK_EQ(link.host.sent.size(), 12U);
  for (uint32_t i = 0; i < 12; i++) CHECK(link.host.sent[i].bytes == LongMessage(65536, i));
}

void TestNonsenseIsDropped() {
  Link link;
  link.Start();
  const uint64_t now = link.Now();
  for (const Bytes& bytes : std::vector<Bytes>{{0x40, 1, 2},
                                               {0x90, 60},
                                               {0x90, 0x80, 1},
                                               {0xF0, 1, 2},
                                               {0xF4},
                                               {0xF7},
                                               {0xF0, 0x90, 0xF7},
                                               {0xC0, 1, 2},
                                               {0xFD},
                                               {0xF8, 0}}) {
    link.Send(now, bytes);
  }
  link.Send(now + (1U << 22), {0x90, 60, 1});  // due in a minute and a half
  link.Send(now, {0x90, 61, 1});
  link.Step(64);
  CHECK(link.host.sent.size() == 1 && link.host.sent[0].bytes == Bytes({0x90, 61, 1}));
}

/** Notes and pedals that the network side left down are let go, whatever ends it. */
void TestReleases() {
  using Ending = std::function<void(Link&)>;
  const std::vector<Ending> endings = {
      [](Link& link) { link.engine.MakeStale(); },
      [](Link& link) { link.host.plugin.SetParam(kParamMode, 0); },
      [](Link& link) { link.host.plugin.SetParam(kParamMode, 3); },
      [](Link& link) { link.host.plugin.SetParam(kParamBypass, 1); },
      [](Link& link) { link.host.plugin.SetParam(kParamMidi, 0); },
      [](Link& link) { link.host.plugin.SetParam(kParamChannel, 2); },
      [](Link& link) { link.host.offline = true; },
      [](Link& link) { link.engine.slot(link.slot).playoutStamp.store(0); },
      [](Link& link) { link.engine.header().engineGeneration.fetch_add(1); },
      [](Link& link) {
        link.engine.header().retired.store(1);
        usleep(300000);
      },
  };
  for (const Ending& ending : endings) {
    Link link;
    link.Start();
    link.Send(link.Now(), {0x93, 60, 100});
    link.Send(link.Now(), {0x93, 127, 100});
    link.Send(link.Now(), {0x9F, 0, 1});
    link.Send(link.Now(), {0xB3, 64, 127});
    link.Send(link.Now(), {0x93, 61, 100});
    link.Send(link.Now(), {0x83, 61, 0});
    link.Send(link.Now() + 5000, {0x93, 62, 100});  // waits: must not sound any more
    link.Step(64);
    CHECK_EQ(link.host.sent.size(), 6U);
    link.host.sent.clear();
    ending(link);
    link.host.Process(64);
    std::vector<Bytes> released;
    for (const SentMidi& event : link.host.sent) released.push_back(event.bytes);
    const std::vector<Bytes> expected = {{0x83, 60, 64}, {0x83, 127, 64}, {0x8F, 0, 64}, {0xB3, 64, 0}};
    CHECK(std::is_permutation(released.begin(), released.end(), expected.begin(), expected.end()));
    link.host.sent.clear();
    for (int i = 0; i < 4; i++) link.host.Process(8192);
    CHECK(link.host.sent.empty());
  }
}

void TestRefusingHost() {
  Link link;
  link.Start();
  link.Send(link.Now(), {0x90, 60, 100});
  link.Send(link.Now(), {0x90, 61, 100});
  link.host.refuses = true;
  link.Step(64);
  CHECK(link.host.sent.empty());
  link.host.refuses = false;
  link.Step(64);
  CHECK_EQ(link.host.sent.size(), 2U);  // a block late, but not lost
  link.host.refuses = true;
  link.host.plugin.SetParam(kParamMidi, 0);
  link.Step(64);
  link.host.refuses = false;
  link.Step(64);
  CHECK_EQ(link.host.sent.size(), 4U);  // nor are the note-offs
}

void TestDryMidi() {
  TestHost host;
  host.Activate();
  host.Midi(3, {0x90, 60, 100});
  host.Midi(9, LongMessage(5000, 2));
  host.Process(64);
  CHECK(host.sent.size() == 2 && host.sent[0].frame == 3 && host.sent[1].bytes == LongMessage(5000, 2));
  host.plugin.SetParam(kParamDry, 0);
  host.Midi(0, {0x90, 61, 100});
  host.Midi(1, {0x80, 60, 0});  // of a note that went through: it must end
  host.Midi(2, {0x80, 61, 0});
  host.Process(64);
  CHECK(host.sent.size() == 3 && host.sent[2].bytes == Bytes({0x80, 60, 0}));
  host.plugin.SetParam(kParamBypass, 1);
  host.Midi(63, {0xB0, 1, 2});
  host.Midi(5000, {0xB0, 3, 4});  // offsets that hosts invent
  host.Process(64);
  CHECK(host.sent.size() == 5 && host.sent[3].frame == 128 + 63 && host.sent[4].frame == 128 + 63);
  host.Midi(0, {0xB0, 5, 6});
  host.Process(0);
  CHECK_EQ(host.sent.size(), 6U);
}

/** Dry and wet in one order, also over the pieces of a block that is longer than announced. */
void TestMerge() {
  Link link(128);
  link.Start();
  const uint64_t now = link.Now();
  for (uint32_t i = 0; i < 1000; i += 7) link.Send(now + i, {0xB0, 1, 1});
  for (uint32_t i = 0; i < 1000; i += 5) link.host.Midi(i, {0xB0, 2, 2});
  link.Step(1000);  // the host checks that offsets never fall
  CHECK_EQ(link.host.sent.size(), 143U + 200U);
  for (const SentMidi& event : link.host.sent) {
    CHECK_EQ((link.FrameOf(event) - now) % (event.bytes[1] == 1 ? 7 : 5), 0U);
  }
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestCapture();
  TestCaptureOnlyWhatIsSent();
  TestCaptureRingFull();
  TestPlayoutOrder();
  for (uint64_t i = 0; i < 5; i++) TestRandomEvents(seed + i);
  TestPendingFull();
  TestLongMessages();
  TestNonsenseIsDropped();
  TestReleases();
  TestRefusingHost();
  TestDryMidi();
  TestMerge();
  return 0;
}
