#include "bridge/shm/midi-ring.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <thread>
#include <vector>

#include "test/plugin/support/random.h"
#include "test/support/check.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

using Result = MidiRingReader::Result;
constexpr uint32_t kMessageBytesMax = 66000;

struct Message {
  uint32_t frame;
  std::vector<uint8_t> bytes;
};

/** A ring at any position, as after long use. */
struct Ring {
  explicit Ring(uint32_t start) : bytes(kMidiRingBytes), write(start), read(start) {}
  MidiRingWriter Writer() { return {bytes.data(), write, read, write.load()}; }
  MidiRingReader Reader() { return {bytes.data(), write, read, read.load()}; }

  std::vector<std::byte> bytes;
  AtomicU32 write;
  AtomicU32 read;
};

Message RandomMessage(Random& random) {
  constexpr uint32_t kSizes[] = {1,
                                 2,
                                 3,
                                 4,
                                 5,
                                 kMidiPieceBytesMax - 1,
                                 kMidiPieceBytesMax,
                                 kMidiPieceBytesMax + 1,
                                 2 * kMidiPieceBytesMax,
                                 65536};
  const uint32_t size = random.Below(4) == 0 ? kSizes[random.Below(std::size(kSizes))] : 1 + random.Below(40);
  Message message = {static_cast<uint32_t>(random.Next()), std::vector<uint8_t>(size)};
  for (uint8_t& byte : message.bytes) byte = static_cast<uint8_t>(random.Next());
  return message;
}

void CheckNext(MidiRingReader& reader, const Message& expected, std::vector<uint8_t>& buffer) {
  uint32_t frame = 0;
  uint32_t size = 0;
  CHECK(reader.Peek(&size) == Result::kMessage);
  CHECK_EQ(size, expected.bytes.size());
  if (size > 1) CHECK(reader.Read(buffer.data(), size - 1, &frame, &size) == Result::kTooLong);
  CHECK(reader.Read(buffer.data(), kMessageBytesMax, &frame, &size) == Result::kMessage);
  CHECK_EQ(frame, expected.frame);
  CHECK(size == expected.bytes.size() &&
        std::equal(expected.bytes.begin(), expected.bytes.end(), buffer.begin()));
}

/** Whatever was accepted comes out, whole, once, in order; what does not fit is refused whole. */
void TestModel(uint64_t seed) {
  Random random(seed);
  Ring ring(static_cast<uint32_t>(random.Next()) & ~3U);
  MidiRingWriter writer = ring.Writer();
  MidiRingReader reader = ring.Reader();
  std::deque<Message> model;
  std::vector<uint8_t> buffer(kMessageBytesMax);
  int refused = 0;
  for (int i = 0; i < 4000; i++) {
    if (random.Below(100) < 55) {
      Message message = RandomMessage(random);
      const uint32_t before = ring.write.load();
      if (writer.Write(message.frame, message.bytes.data(), static_cast<uint32_t>(message.bytes.size()))) {
        model.push_back(std::move(message));
      } else {
        refused++;
        CHECK_EQ(ring.write.load(), before);
      }
    } else {
      reader.Look();
      if (model.empty()) {
        uint32_t size;
        CHECK(reader.Peek(&size) == Result::kEmpty);
        continue;
      }
      if (random.Below(8) == 0)
        reader.Skip();
      else
        CheckNext(reader, model.front(), buffer);
      model.pop_front();
    }
  }
  CHECK(refused > 0);
  reader.Look();
  for (const Message& message : model) CheckNext(reader, message, buffer);
  CHECK_EQ(ring.read.load(), ring.write.load());
}

void TestFull() {
  Ring ring(0xFFFFFFF0U);
  MidiRingWriter writer = ring.Writer();
  const uint8_t note[3] = {0x90, 60, 100};
  uint32_t count = 0;
  while (writer.Write(count, note, 3)) count++;
  CHECK_EQ(count, kMidiRingBytes / 12);
  MidiRingReader reader = ring.Reader();
  uint32_t frame, size;
  uint8_t out[8];
  CHECK(reader.Read(out, 8, &frame, &size) == Result::kMessage && frame == 0);
  CHECK(writer.Write(count, note, 3));
  CHECK(!writer.Write(count, note, 3));
  CHECK(!writer.Write(0, note, 0));
  // Something that could never fit.
  Ring empty(0);
  std::vector<uint8_t> huge(kMidiRingBytes + 5);
  for (const uint32_t bytes : {kMidiRingBytes - 64, kMidiRingBytes - 1, kMidiRingBytes, kMidiRingBytes + 5}) {
    CHECK(!empty.Writer().Write(0, huge.data(), bytes));
  }
  CHECK(empty.Writer().Write(0, huge.data(), 65536));
}

void TestWriterMistrustsReader() {
  Ring ring(0);
  MidiRingWriter writer = ring.Writer();
  const uint8_t note[3] = {0x90, 60, 100};
  for (const uint32_t nonsense : {4U, 0x80000000U, 0xFFFFFFFFU - kMidiRingBytes}) {
    ring.read.store(nonsense);
    CHECK(!writer.Write(0, note, 3));
  }
  ring.read.store(0);
  CHECK(writer.Write(0, note, 3));
}

/** Records that no producer writes: the reader starts afresh behind them. */
void TestImpossibleRecords() {
  struct Impossible {
    uint16_t length;
    uint16_t flags;
    uint32_t written;  // bytes that the producer claims
  };
  for (const Impossible& record :
       {Impossible{0, 0, 8}, Impossible{0, kMidiContinues, 8}, Impossible{3, 0, 8},
        Impossible{kMidiPieceBytesMax + 1, 0, 8192}, Impossible{3, kMidiContinues, 12}, Impossible{3, 0, 4},
        Impossible{3, 0, 13}, Impossible{0xFFFF, 0, 8192}}) {
    Ring ring(64);
    const MidiRecordHeader header = {5, record.length, record.flags};
    std::memcpy(&ring.bytes[64], &header, sizeof header);
    ring.write.store(64 + record.written);
    MidiRingReader reader = ring.Reader();
    uint32_t size = 0;
    CHECK(reader.Peek(&size) == Result::kCorrupt);
    CHECK(reader.Peek(&size) == Result::kEmpty);
    CHECK_EQ(ring.read.load(), (64 + record.written) & ~3U);
  }
}

/** Any bytes, any position: no crash, no message that is longer than the ring, and an end. */
void TestGarbage(uint64_t seed) {
  Random random(seed);
  std::vector<uint8_t> buffer(kMidiRingBytes);
  for (int round = 0; round < 300; round++) {
    Ring ring(static_cast<uint32_t>(random.Next()));
    const bool plausible = random.Below(2) == 0;  // small lengths get further than random ones
    for (size_t i = 0; i < ring.bytes.size(); i += 4) {
      auto word = static_cast<uint32_t>(random.Next());
      if (plausible) word &= 0x000100FFU;
      std::memcpy(&ring.bytes[i], &word, 4);
    }
    ring.write.store(random.Below(4) == 0 ? static_cast<uint32_t>(random.Next())
                                          : ring.read.load() + random.Below(2 * kMidiRingBytes));
    MidiRingReader reader = ring.Reader();
    uint32_t size = 0;
    for (uint32_t steps = 0;; steps++) {
      CHECK(steps <= kMidiRingBytes / 8);
      const Result next = reader.Peek(&size);
      if (next != Result::kMessage) break;
      CHECK(size <= kMidiRingBytes);
      uint32_t frame;
      CHECK(reader.Read(buffer.data(), kMidiRingBytes, &frame, &size) == Result::kMessage);
    }
    CHECK(reader.Peek(&size) == Result::kEmpty);
  }
}

/** One producer thread, one consumer thread, a ring that is often full. */
void TestThreads(uint64_t seed) {
  Ring ring(static_cast<uint32_t>(seed) & ~3U);
  constexpr uint32_t kMessages = 8000;
  std::thread producer([&] {
    Random random(seed);
    MidiRingWriter writer = ring.Writer();
    for (uint32_t i = 0; i < kMessages; i++) {
      const Message message = RandomMessage(random);
      while (
          !writer.Write(message.frame, message.bytes.data(), static_cast<uint32_t>(message.bytes.size()))) {
        std::this_thread::yield();
      }
    }
  });
  Random random(seed);
  MidiRingReader reader = ring.Reader();
  std::vector<uint8_t> buffer(kMessageBytesMax);
  for (uint32_t i = 0; i < kMessages; i++) {
    const Message expected = RandomMessage(random);
    uint32_t size;
    for (reader.Look(); reader.Peek(&size) == Result::kEmpty; reader.Look()) std::this_thread::yield();
    CheckNext(reader, expected, buffer);
  }
  producer.join();
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  for (uint64_t i = 0; i < 6; i++) TestModel(seed + i);
  TestFull();
  TestWriterMistrustsReader();
  TestImpossibleRecords();
  TestGarbage(seed);
  TestThreads(seed);
  return 0;
}
