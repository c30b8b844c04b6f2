#include "bridge/shm/audio-ring.h"

#include <vector>

#include "test/plugin/support/random.h"
#include "test/support/check.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

float Value(uint64_t frame) { return static_cast<float>(frame % 1000003); }

/** Position is arithmetic: any block at any frame, over the ring's end and over 2^32, reads as written. */
void TestWrap(uint64_t start, Random& random) {
  std::vector<float> ring(kRingFrames);
  std::vector<float> block(kRingFrames);
  uint64_t frame = start;
  for (int i = 0; i < 200; i++) {
    const uint32_t frames = random.Below(20) == 0 ? kRingFrames : random.Below(kBlockFramesMax + 1);
    for (uint32_t k = 0; k < frames; k++) block[k] = Value(frame + k);
    WriteRing(ring.data(), frame, block.data(), frames);
    std::fill(block.begin(), block.end(), -1.0F);
    ReadRing(ring.data(), frame, block.data(), frames);
    for (uint32_t k = 0; k < frames; k++) CHECK_EQ(block[k], Value(frame + k));
    CHECK(frames == kRingFrames || block[frames] == -1.0F);
    frame += frames;
  }
  ZeroRing(ring.data(), frame, 100);
  ReadRing(ring.data(), frame - 50, block.data(), 200);
  for (uint32_t k = 50; k < 150; k++) CHECK_EQ(block[k], 0.0F);
}

void TestFramesReady() {
  for (const uint64_t frame : {uint64_t{0}, uint64_t{0xFFFFFFF0}, uint64_t{0x1FFFFFFFF}}) {
    const auto low = static_cast<uint32_t>(frame);
    CHECK_EQ(FramesReady(frame, low, 64), 0U);
    CHECK_EQ(FramesReady(frame, low + 10, 64), 10U);
    CHECK_EQ(FramesReady(frame, low + 64, 64), 64U);
    CHECK_EQ(FramesReady(frame, low + kRingFrames, 64), 64U);
    CHECK_EQ(FramesReady(frame, low + kRingFrames + 1, 64), 0U);  // would be overwritten already
    CHECK_EQ(FramesReady(frame, low - 1, 64), 0U);
    CHECK_EQ(FramesReady(frame, low + 0x80000000U, 64), 0U);
    CHECK_EQ(FramesReady(frame, low + 10, 0), 0U);
  }
}

}  // namespace

int main() {
  Random random(TestSeed());
  TestWrap(0, random);
  TestWrap(kRingFrames - 1, random);
  TestWrap(0xFFFFFFFFU - 40000, random);
  TestWrap(0xFFFFFFFFFFFU, random);
  TestFramesReady();
  return 0;
}
