// The audio route of process(): bit-exact in every block size, buffer arrangement and channel count.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

bool SameBits(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }

/** A host and an engine in step: every block is captured, and everything it plays is there in time. */
struct Link {
  explicit Link(uint32_t channelsIn = 2, uint32_t channelsOut = 2)
      : engine(name.object), host(channelsIn, channelsOut) {}

  void Start() {
    engine.BeatInBackground();
    host.Activate();
    slot = engine.OnlySlot();
    host.Process(1);  // the engine learns of the stream ...
    engine.Serve();   // ... and from here on it renders ahead
    start = engine.view(slot).control.streamFrame;
  }
  uint64_t Frame() const { return start + host.frames(); }

  TestSegmentName name;
  FakeEngine engine;
  TestHost host;
  uint32_t slot = 0;
  uint64_t start = 0;
};

/** Dry closed, wet exactly 1: the output is the playout ring, and the capture is the input. */
void CheckBlock(Link& link, Random& random, uint32_t frames, bool inPlace) {
  TestHost& host = link.host;
  host.in.FillNoise(random);
  const std::vector<float> left = host.in[0];
  const uint64_t frame = link.Frame();
  host.inPlace = inPlace;
  host.Process(frames);
  for (uint32_t channel = 0; channel < host.out.channels(); channel++) {
    const std::vector<float>& out = inPlace ? host.in[channel] : host.out[channel];
    for (uint32_t i = 0; i < frames; i++)
      CHECK(SameBits(out[i], PlayoutSample(link.slot, channel, frame + i)));
  }
  link.engine.Serve();
  const std::vector<float>& captured = link.engine.view(link.slot).capture[0];
  CHECK_EQ(captured.size(), frame + frames - link.start);
  CHECK(std::memcmp(captured.data() + (captured.size() - frames), left.data(), frames * sizeof(float)) == 0);
}

void TestEveryBlockSize() {
  Link link;
  link.host.plugin.SetParam(kParamDry, 0);
  link.Start();
  Random random(1);
  for (uint32_t frames = 1; frames <= kBlockFramesMax; frames += frames < 300 ? 1 : 61) {
    CheckBlock(link, random, frames, frames % 2 == 0);
  }
  CheckBlock(link, random, kBlockFramesMax, false);
  CHECK_EQ(link.engine.slot(link.slot).underruns.load(), 0U);
}

void TestRandomBlocks(uint64_t seed, uint32_t channels) {
  Link link(channels, channels);
  link.host.plugin.SetParam(kParamDry, 0);
  link.Start();
  Random random(seed);
  for (int i = 0; i < 400; i++) {
    const uint32_t frames = random.Below(10) == 0 ? 0 : random.Below(4096);
    CheckBlock(link, random, frames, random.Below(2) == 0);
  }
  const uint64_t counted = link.engine.view(link.slot).control.blockFrame;
  CHECK_EQ(counted + link.engine.view(link.slot).control.blockFrames, link.Frame());
}

/** Send mode, dry exactly 1: the output is the input, whatever its bits. */
void TestDryIsExact() {
  Link link;
  link.host.plugin.SetParam(kParamMode, 0);
  link.Start();
  const float values[] = {-0.0F, 0.0F, 1e-42F, 1e30F, -3.5F};
  for (uint32_t i = 0; i < 100; i++) link.host.in[0][i] = values[i % 5];
  link.host.Process(100);
  for (uint32_t i = 0; i < 100; i++) CHECK(SameBits(link.host.out[0][i], values[i % 5]));
}

void TestMixOfBoth() {
  Link link;
  link.host.plugin.SetParam(kParamDry, 0.5);
  link.host.plugin.SetParam(kParamWet, 0.25);
  link.Start();
  Random random(3);
  link.host.in.FillNoise(random);
  const uint64_t frame = link.Frame();
  link.host.Process(256);
  for (uint32_t i = 0; i < 256; i++) {
    const float expected = link.host.in[1][i] * 0.5F + PlayoutSample(link.slot, 1, frame + i) * 0.25F;
    CHECK(SameBits(link.host.out[1][i], expected));
  }
}

/** Input silent: the wet side alone, its signs of zero too; and the other way round. */
void TestZeroLeavesTheOtherAlone() {
  Link link;
  link.engine.plays = false;
  link.Start();
  float* ring = RingsOf(link.engine.segment(), link.slot).playout;
  const float values[] = {-0.0F, 0.5F, 0.0F, -0.25F};
  const uint64_t frame = link.Frame();
  std::vector<float> block(64);
  for (uint32_t i = 0; i < 64; i++) block[i] = values[i % 4];
  WriteRing(ring, frame, block.data(), 64);
  link.engine.slot(link.slot).playoutEnd.store(static_cast<uint32_t>(frame + 64));
  link.host.in.Fill(0);
  link.host.in[1].assign(link.host.in[1].size(), -0.0F);
  link.host.Process(64);
  for (uint32_t i = 0; i < 64; i++) {
    if (block[i] != 0.0F) CHECK(SameBits(link.host.out[0][i], block[i]));
    CHECK(SameBits(link.host.out[1][i], -0.0F));  // nothing came on this channel: the input's bits
  }
}

void TestGarbageSamplesAreSilent() {
  Link link;
  link.engine.plays = false;
  link.host.plugin.SetParam(kParamDry, 0);
  link.Start();
  const uint64_t frame = link.Frame();
  const float garbage[] = {NAN, INFINITY, -INFINITY, 1e30F, -2000.0F, 1024.0F};
  WriteRing(RingsOf(link.engine.segment(), link.slot).playout, frame, garbage, 6);
  link.engine.slot(link.slot).playoutEnd.store(static_cast<uint32_t>(frame + 6));
  link.host.Process(6);
  for (int i = 0; i < 5; i++) CHECK(SameBits(link.host.out[0][static_cast<size_t>(i)], 0.0F));
  CHECK_EQ(link.host.out[0][5], 1024.0F);
}

/** Buffers that hosts hand out: crossed, one input for both, channels missing. */
void TestStrangeBuffers() {
  TestHost host;
  host.plugin.SetParam(kParamMode, 0);
  host.Activate();
  std::vector<float> a(64, 1.0F), b(64, 2.0F), c(64, 9.0F);
  float* in[2] = {a.data(), b.data()};
  float* crossed[2] = {b.data(), a.data()};
  ProcessArgs args = {in, crossed, 2, 2, 64, nullptr, 0, nullptr, false};
  host.plugin.ProcessBlock(args);
  CHECK(b[0] == 1.0F && a[0] == 2.0F && b[63] == 1.0F && a[63] == 2.0F);
  float* oneIn[1] = {a.data()};
  float* twoOut[2] = {a.data(), c.data()};
  args = {oneIn, twoOut, 1, 2, 64, nullptr, 0, nullptr, false};
  host.plugin.ProcessBlock(args);
  CHECK(a[5] == 2.0F && c[5] == 2.0F);  // mono on both
  float* holes[2] = {nullptr, b.data()};
  float* outs[2] = {c.data(), nullptr};
  args = {holes, outs, 2, 2, 64, nullptr, 0, nullptr, false};
  host.plugin.ProcessBlock(args);
  CHECK(c[0] == 0.0F && b[0] == 1.0F);
  args = {nullptr, nullptr, 0, 0, 64, nullptr, 0, nullptr, false};
  host.plugin.ProcessBlock(args);
}

void TestLongerThanAnnounced() {
  TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  TestHost host(2, 2, 128);
  host.plugin.SetParam(kParamMode, 0);
  host.Activate();
  Random random(5);
  host.in.FillNoise(random);
  host.Process(1000);
  engine.Serve();
  const EngineView& view = engine.view(engine.OnlySlot());
  CHECK_EQ(view.capture[1].size(), 1000U);
  CHECK(std::memcmp(view.capture[1].data(), host.in[1].data(), 4000) == 0);
  CHECK(std::memcmp(host.out[1].data(), host.in[1].data(), 4000) == 0);
  CHECK(view.control.blockFramesMax == 128 && view.control.blockFrames <= 128);
}

void TestGainsGlide() {
  TestHost host;
  host.plugin.SetParam(kParamMode, 0);
  host.Activate();
  host.in.Fill(1.0F);
  host.Param(0, kParamDry, 0.5);  // before anything was heard: at once
  host.Process(64);
  CHECK(host.out[0][0] == 0.5F);
  host.Param(100, kParamDry, 1.5);
  host.Process(200);
  CHECK(host.out[0][99] == 0.5F && host.out[0][100] == 0.5F);
  for (uint32_t i = 101; i < 200; i++) {
    const float step = host.out[0][i] - host.out[0][i - 1];
    CHECK(step > 0 && step < 0.0043F);
  }
  host.Process(200);
  CHECK(host.out[0][139] < 1.5F);
  for (uint32_t i = 140; i < 200; i++) CHECK(host.out[0][i] == 1.5F);  // 240 frames: 5 ms
  host.plugin.SetParam(kParamMode, 3);                                 // bypass: towards exactly 1
  host.Process(240);
  host.Process(64);
  CHECK(host.out[0][0] == 1.0F);
}

struct AutomationPoint {
  uint32_t frame;
  uint32_t param;
  double value;
};

/** What a host's automation makes of a noise, in blocks of any size. */
std::vector<float> PlayAutomation(const std::vector<AutomationPoint>& points, uint32_t frames,
                                  Random* sizes) {
  TestHost host;
  host.plugin.SetParam(kParamMode, 0);
  host.Activate();
  Random noise(77);
  std::vector<float> heard;
  size_t next = 0;
  for (uint32_t at = 0; at < frames;) {
    const uint32_t block = std::min(frames - at, sizes == nullptr ? 64 : sizes->Below(700));
    for (uint32_t i = 0; i < block; i++) host.in[0][i] = noise.Sample();
    for (; next < points.size() && points[next].frame < at + block; next++)
      host.Param(points[next].frame - at, points[next].param, points[next].value);
    host.Process(block);
    heard.insert(heard.end(), host.out[0].begin(), host.out[0].begin() + block);
    at += block;
  }
  return heard;
}

/** A project sounds the same, to the bit, whatever buffer size it is played with. */
void TestAutomationNeedsNoBlocks(uint64_t seed) {
  constexpr uint32_t kFrames = 20000;
  Random random(seed);
  std::vector<AutomationPoint> points;
  for (uint32_t frame = 1; frame < kFrames; frame += 1 + random.Below(400)) {
    const bool bypass = random.Below(4) == 0;
    points.push_back({frame, bypass ? kParamBypass : kParamDry, random.Below(1001) / 500.0});
  }
  const std::vector<float> expected = PlayAutomation(points, kFrames, nullptr);
  for (int i = 0; i < 5; i++) {
    const std::vector<float> heard = PlayAutomation(points, kFrames, &random);
    CHECK(std::memcmp(heard.data(), expected.data(), kFrames * sizeof(float)) == 0);
  }
}

void TestNotActive() {
  TestHost host;
  host.in.Fill(0.25F);
  host.Process(32);
  CHECK(host.out[0][31] == 0.25F);
  host.Activate();
  host.plugin.Deactivate();
  host.Process(32);
  CHECK(host.out[1][31] == 0.25F);
  CHECK(!host.plugin.Activate(0, 64, 2, 2) && !host.plugin.Activate(NAN, 64, 2, 2) &&
        !host.plugin.Activate(48000, 0, 2, 2));
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestEveryBlockSize();
  TestRandomBlocks(seed, 2);
  TestRandomBlocks(seed + 1, 1);
  TestRandomBlocks(seed + 2, 16);
  TestDryIsExact();
  TestMixOfBoth();
  TestZeroLeavesTheOtherAlone();
  TestGarbageSamplesAreSilent();
  TestStrangeBuffers();
  TestLongerThanAnnounced();
  TestGainsGlide();
  TestAutomationNeedsNoBlocks(seed);
  TestNotActive();
  return 0;
}
