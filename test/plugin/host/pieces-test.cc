// Small parts: block sizes, the histogram, JSON text, and both FIFOs across two threads.
#include <cmath>
#include <limits>
#include <set>
#include <thread>

#include "plugin/host/audio-fifo.h"
#include "plugin/host/block-sizes.h"
#include "plugin/host/duration-histogram.h"
#include "plugin/host/json-text.h"
#include "plugin/host/midi-fifo.h"
#include "plugin/host/monotonic-clock.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"

using namespace jambridge::host;
using jambridge::test::Random;

namespace {

void BlockSizesFillTheirRange() {
  BlockSizes fixed = BlockSizes::Fixed(64);
  for (int i = 0; i < 10; ++i) CHECK(fixed.Next() == 64);
  BlockSizes one = BlockSizes::Random(42, 10);
  BlockSizes same = BlockSizes::Random(42, 10);
  BlockSizes other = BlockSizes::Random(43, 10);
  std::set<uint32_t> seen;
  int different = 0;
  for (int i = 0; i < 1000; ++i) {
    const uint32_t frames = one.Next();
    CHECK(frames >= 1 && frames <= 10 && frames == same.Next());
    different += frames != other.Next() ? 1 : 0;
    seen.insert(frames);
  }
  CHECK(seen.size() == 10 && different > 500);
}

void HistogramIsCloseEnough() {
  DurationHistogram empty;
  CHECK(empty.QuantileNs(0.5) == 0 && empty.maxNs() == 0);
  DurationHistogram histogram;
  for (int64_t i = 1; i <= 100000; ++i) histogram.Add(i * 10);
  const auto near = [](uint64_t got, double wanted) {
    return std::fabs(static_cast<double>(got) - wanted) <= wanted / 31;
  };
  CHECK(near(histogram.QuantileNs(0.5), 500000) && near(histogram.QuantileNs(0.99), 990000));
  CHECK(histogram.QuantileNs(1.0) == 1000000 && histogram.maxNs() == 1000000);
  histogram.Add(-5);
  histogram.Add(std::numeric_limits<int64_t>::max());
  CHECK(histogram.count() == 100002 && histogram.QuantileNs(0) == 0);
  CHECK(histogram.QuantileNs(1.0) == static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
}

void JsonIsJson() {
  CHECK(JsonString("a\"b\\c\n\x01") == "\"a\\\"b\\\\c\\u000a\\u0001\"");
  CHECK(JsonString("\xC3\xA4 \xFF \xC3") == "\"\xC3\xA4 \xEF\xBF\xBD \xEF\xBF\xBD\"");
  CHECK(JsonString("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a surrogate
  JsonObject object;
  object.Add("a", 0.5).Add("b", std::nan("")).Add("c", true).Add("d", uint64_t{1} << 63).Add("e", "x");
  CHECK(object.text() == "{\"a\":0.5,\"b\":null,\"c\":true,\"d\":9223372036854775808,\"e\":\"x\"}");
}

void TimeDoesNotOverflow() {
  CHECK(FramesToNs(48000, 48000) == 1000000000);
  CHECK(FramesToNs(uint64_t{48000} * 86400 * 365 + 24000, 48000) ==
        int64_t{86400} * 365 * 1000000000 + 500000000);
}

void AudioFifoKeepsOrder() {
  AudioFifo fifo(2, 1000);
  CHECK(fifo.capacity() == 1024 && fifo.Space() == 1024 && fifo.Available() == 0);
  constexpr uint32_t kFrames = 300000;
  std::thread writer([&fifo] {
    Random random(1);
    float left[700];
    float right[700];
    for (uint32_t done = 0; done < kFrames;) {
      const uint32_t count = std::min(1 + random.Below(700), kFrames - done);
      for (uint32_t i = 0; i < count; ++i) {
        left[i] = static_cast<float>(done + i);
        right[i] = -left[i];
      }
      const float* channels[2] = {left, right};
      const auto written = static_cast<uint32_t>(fifo.Write(channels, count));
      if (written == 0) std::this_thread::yield();
      done += written;
    }
  });
  Random random(2);
  float left[700];
  float right[700];
  for (uint32_t done = 0; done < kFrames;) {
    float* channels[2] = {left, right};
    const auto got = static_cast<uint32_t>(fifo.Read(channels, 1 + random.Below(700)));
    for (uint32_t i = 0; i < got; ++i) {
      CHECK(left[i] == static_cast<float>(done + i) && right[i] == -left[i]);
    }
    if (got == 0) std::this_thread::yield();
    done += got;
  }
  writer.join();
  CHECK(fifo.Available() == 0);
}

void MidiFifoKeepsMessagesWhole() {
  MidiFifo fifo(1000);
  const std::vector<uint8_t> tooLong(1100, 1);
  CHECK(!fifo.Write(0, tooLong.data(), 1100));
  constexpr uint32_t kMessages = 100000;
  std::thread writer([&fifo] {
    Random random(3);
    std::vector<uint8_t> message;
    for (uint32_t i = 0; i < kMessages; ++i) {
      message.assign(1 + random.Below(90), static_cast<uint8_t>(i));
      while (!fifo.Write(i, message.data(), static_cast<uint32_t>(message.size()))) std::this_thread::yield();
    }
  });
  Random random(3);
  std::vector<uint8_t> message;
  uint64_t frame = 0;
  for (uint32_t i = 0; i < kMessages; ++i) {
    while (!fifo.Read(frame, message)) std::this_thread::yield();
    CHECK(frame == i && message == std::vector<uint8_t>(1 + random.Below(90), static_cast<uint8_t>(i)));
  }
  writer.join();
  CHECK(!fifo.Read(frame, message));
}

}  // namespace

int main() {
  BlockSizesFillTheirRange();
  HistogramIsCloseEnough();
  JsonIsJson();
  TimeDoesNotOverflow();
  AudioFifoKeepsOrder();
  MidiFifoKeepsMessagesWhole();
  return 0;
}
