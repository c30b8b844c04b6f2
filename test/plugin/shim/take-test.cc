// The take by itself: every frame against a map, its bound, its manners between threads; and the meter that
// tells a render by its blocks.
#include "plugin/shim/take.h"

#include <atomic>
#include <map>
#include <thread>

#include "plugin/shim/flow-meter.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void Write(Take& take, int64_t position, uint32_t frames, uint32_t ready, Planar& from) {
  take.Write(position, frames, ready,
             [&](uint32_t channel) { return static_cast<const float*>(from[channel].data()); });
}

void TestEveryFrame(uint64_t seed) {
  Random random(seed);
  Take take;
  take.Want(true);
  take.Prepare(48000, 2);
  Planar buffers(2, 40000);
  std::map<int64_t, float> expected;
  std::map<int64_t, uint8_t> events;
  for (int i = 0; i < 300; i++) {
    take.Supply();
    const int64_t position = static_cast<int64_t>(random.Below(300000)) - 150000;
    const uint32_t frames = random.Below(3000);
    buffers.FillNoise(random);
    const uint32_t ready = random.Below(4) == 0 ? random.Below(frames + 1) : frames;
    Write(take, position, frames, ready, buffers);
    for (uint32_t k = 0; k < frames; k++) expected[position + k] = k < ready ? buffers[1][k] : 0.0F;
    events.erase(events.lower_bound(position), events.lower_bound(position + frames));
    if (frames == 0) continue;
    const int64_t at = position + random.Below(frames);
    const auto number = static_cast<uint8_t>(i & 127);
    const uint8_t message[3] = {0xB0, number, 1};
    if (events.count(at) == 0 && take.WriteMidi(at, message, 3)) events[at] = number;
  }
  for (int64_t position = -200000; position < 200000; position += 39999) {
    take.Read(position, 39999, [&](uint32_t channel) { return buffers[channel].data(); });
    for (uint32_t k = 0; k < 39999; k++) {
      const auto found = expected.find(position + k);
      CHECK(buffers[1][k] == (found == expected.end() ? 0.0F : found->second));
    }
  }
  size_t seen = 0;
  take.VisitMidi(-200000, 400000, [&](uint32_t offset, const uint8_t* data, uint32_t size) {
    CHECK(size == 3 && events.at(static_cast<int64_t>(offset) - 200000) == data[1]);
    seen++;
  });
  CHECK_EQ(seen, events.size());
}

/** What is too long, or too much, is left out; the rest stays. */
void TestMidiBound() {
  Take take;
  take.Want(true);
  take.Prepare(48000, 0);
  take.Supply();
  const std::vector<uint8_t> tooLong(kTakeMidiBytes, 1);
  CHECK(!take.WriteMidi(5, tooLong.data(), static_cast<uint32_t>(tooLong.size())));
  uint32_t written = 0;
  const uint8_t message[3] = {0x90, 60, 100};
  while (take.WriteMidi(7, message, 3)) written++;
  CHECK_EQ(written, kTakeMidiBytes / 8);
  uint32_t seen = 0;
  take.VisitMidi(0, 100, [&](uint32_t offset, const uint8_t*, uint32_t) { seen += offset == 7 ? 1 : 0; });
  CHECK_EQ(seen, written);
}

/** Bounded: the newest is kept, the oldest makes room. */
void TestBound() {
  constexpr uint32_t kChannels = 16;
  Take take;
  take.Want(true);
  take.Prepare(48000, kChannels);
  Planar buffers(kChannels, 4096);
  const size_t chunksMax = kTakeBytesMax / TakeChunk::BytesFor(kChannels);
  const auto framesMax = static_cast<int64_t>(chunksMax * kTakeChunkFrames);
  const int64_t end = framesMax + 20 * kTakeChunkFrames;
  for (int64_t position = 0; position < end; position += 4096) {
    if (position % kTakeChunkFrames == 0) {
      take.Supply();
      buffers[15][0] = static_cast<float>(position / kTakeChunkFrames + 1);
    }
    Write(take, position, 4096, 4096, buffers);
  }
  CHECK(take.Seconds() == static_cast<double>(framesMax) / 48000);
  const auto at = [&](int64_t chunk) {
    take.Read(chunk * kTakeChunkFrames, 1, [&](uint32_t channel) { return buffers[channel].data(); });
    return buffers[15][0];
  };
  for (int64_t chunk = 0; chunk < end / kTakeChunkFrames; chunk++)
    CHECK(at(chunk) == (chunk < 20 ? 0.0F : static_cast<float>(chunk + 1)));
  take.Want(false);
  take.Prepare(48000, kChannels);
  CHECK(take.Seconds() == 0 && at(100) == 0);
}

/** A recorder in a hurry and a keeper, side by side. */
void TestThreads() {
  Take take;
  take.Want(true);
  take.Prepare(48000, 1);
  std::atomic<bool> stop{false};
  std::thread keeper([&] {
    while (!stop) {
      take.Supply();
      std::this_thread::yield();
    }
  });
  Planar buffers(1, 4096);
  buffers.Fill(1);
  Planar back(1, 4096);
  for (int64_t i = 0; i < 20000 || (take.Seconds() <= 60 && i < 5'000'000); i++) {
    const int64_t position = (i * 7919 % 4000) * 4096;
    Write(take, position, 4096, 4096, buffers);
    take.Read(position, 4096, [&](uint32_t channel) { return back[channel].data(); });
    CHECK(back[0][0] == back[0][4095]);  // written whole, or not for want of room
  }
  stop = true;
  keeper.join();
  CHECK(take.Seconds() > 60);
}

/** Blocks of `frames` every `everyUs`, for `seconds` of time; how long until the verdict changes, in ms. */
int MsUntil(FlowMeter& meter, uint64_t& nowNs, uint32_t frames, uint32_t everyUs, double seconds,
            bool verdict) {
  const uint64_t start = nowNs;
  while (static_cast<double>(nowNs - start) < seconds * 1e9) {
    nowNs += everyUs * 1000ULL;
    if (meter.Observe(frames, nowNs) == verdict) return static_cast<int>((nowNs - start) / 1000000);
  }
  return -1;
}

void TestFlow() {
  FlowMeter meter;
  meter.Reset(48000);
  uint64_t now = 1'000'000'000;
  CHECK_EQ(MsUntil(meter, now, 64, 1333, 600, true), -1);   // plays
  CHECK_EQ(MsUntil(meter, now, 64, 1320, 3600, true), -1);  // for an hour, on a clock that is 1 % fast
  CHECK_EQ(MsUntil(meter, now, 64, 5000, 10, true), -1);    // can't keep up
  for (int burst = 0; burst < 50; burst++) {                // works ahead by a third of a second at a time
    now += 333'000'000;
    for (int i = 0; i < 250; i++) CHECK(!meter.Observe(64, now += 1000));
  }
  CHECK(!meter.Observe(480000, now += 1'000'000));  // ten seconds in one block are one block
  now += 20'000'000'000;
  const int noticed = MsUntil(meter, now, 64, 133, 5, true);  // ten times faster
  CHECK(noticed > 100 && noticed < 200);
  CHECK_EQ(MsUntil(meter, now, 64, 133, 30, false), -1);  // for as long as it lasts
  CHECK(MsUntil(meter, now, 64, 1333, 5, false) <= 1000);
  CHECK_EQ(MsUntil(meter, now, 64, 1333, 30, true), -1);
  CHECK(MsUntil(meter, now, 8192, 50, 5, true) >= 0);
  now += 3'000'000'000;  // a pause ends a render
  CHECK(MsUntil(meter, now, 64, 1333, 5, false) <= 1000);
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestEveryFrame(seed);
  TestMidiBound();
  TestBound();
  TestThreads();
  TestFlow();
  return 0;
}
