// MIDI from anybody: the ring of the segment, the host's lists, note expressions, what waits for its frame.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "bridge/shm/midi-ring.h"
#include "plugin/adapter/event-batch.h"
#include "plugin/shim/midi-message.h"
#include "plugin/shim/note-tracker.h"
#include "plugin/shim/pending-midi.h"
#include "plugin/shim/take-chunk.h"
#include "test/plugin/fuzz/fuzz-target.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

/// The producer is a stranger: its bytes and its position are anything.
void ReadRing(FuzzInput& input) {
  static std::vector<std::byte> ring(kMidiRingBytes);
  static PendingMidi pending;
  AtomicU32 write{0};
  AtomicU32 read{0};
  const auto position = input.Take<uint32_t>();
  size_t bytes = 0;
  const uint8_t* content = input.TakeBytes(1024, &bytes);
  for (size_t i = 0; i < bytes; ++i)
    ring[(position + i) % kMidiRingBytes] = static_cast<std::byte>(content[i]);
  write.store(position + input.Take<uint32_t>() % (2 * kMidiRingBytes));
  MidiRingReader reader(ring.data(), write, read, position);
  pending.Clear();
  uint32_t size = 0;
  uint32_t steps = 0;
  for (auto next = reader.Peek(&size); next == MidiRingReader::Result::kMessage; next = reader.Peek(&size)) {
    CHECK(size <= kMidiRingBytes && ++steps <= kMidiRingBytes / 4);
    uint8_t* room = PendingMidi::CouldEverHold(size) ? pending.Reserve(size) : nullptr;
    if (room == nullptr) {
      reader.Skip();
      continue;
    }
    uint32_t frame = 0;
    const bool whole = reader.Read(room, size, &frame, &size) == MidiRingReader::Result::kMessage;
    if (whole && IsMidiMessage(room, size)) {
      pending.Commit(frame, size);
    } else {
      pending.Abandon();
    }
  }
  NoteTracker notes;
  uint64_t before = 0;
  for (; !pending.Empty(); pending.Pop()) {
    const PendingMidi::Event event = pending.Top();
    CHECK(event.frame >= before && IsMidiMessage(event.data, event.size));
    before = event.frame;
    notes.Observe(event.data, event.size);
  }
  notes.ReleaseAll([](const uint8_t(&message)[3]) {
    CHECK(IsMidiMessage(message, 3));
    return true;
  });
  CHECK(notes.Empty());
}

/// As an adapter hands it over; what comes out is whole, in order, and lies in the block.
void ReadHost(FuzzInput& input) {
  static const auto batch = [] {
    auto made = std::make_unique<EventBatch>();
    made->Reserve();
    return made;
  }();
  batch->Clear();
  while (!input.Empty()) {
    const auto kind = input.Take<uint8_t>();
    const auto offset = input.Take<uint16_t>();
    size_t bytes = 0;
    if (kind % 3 == 0) {
      const uint8_t* message = input.TakeBytes(3, &bytes);
      if (bytes > 0 && MidiMessageBytes(message[0]) == bytes) {
        batch->AddShort(offset, message, static_cast<uint32_t>(bytes));
        batch->NameNote(message[0] & 15, bytes > 1 ? message[1] & 127 : 0, input.Take<int16_t>());
      }
    } else if (kind % 3 == 1) {
      const uint8_t* message = input.TakeBytes(kind, &bytes);
      batch->AddSysEx(offset, message, bytes);
    } else {
      const NoteAddress whom = {input.Take<int16_t>(), input.Take<int8_t>(), input.Take<int16_t>()};
      batch->AddExpression(offset, static_cast<Expression>(kind % 7), whom, input.Take<float>());
    }
  }
  batch->Sort(512);
  uint32_t before = 0;
  for (uint32_t i = 0; i < batch->count(); ++i) {
    const InputEvent& event = batch->events()[i];
    CHECK(event.offset >= before && event.offset < 512 && event.size > 0);
    before = event.offset;
    const uint8_t* data = event.data != nullptr ? event.data : event.small;
    CHECK(data[0] >= 0x80 && (event.data != nullptr || event.size <= 3));
    if (data[0] == 0xF0) CHECK(data[event.size - 1] == 0xF7);
  }
}

/// A take's piece, written and erased in any order.
void RecordAndErase(FuzzInput& input) {
  static TakeChunk chunk(0);
  chunk.Clear();
  while (!input.Empty()) {
    const uint32_t frame = input.Take<uint16_t>() % kTakeChunkFrames;
    const auto kind = input.Take<uint8_t>();
    if (kind % 4 == 0) {
      chunk.EraseMidi(frame, frame + input.Take<uint16_t>());
      continue;
    }
    size_t bytes = 0;
    const uint8_t* data = input.TakeBytes(kind, &bytes);
    if (bytes > 0) chunk.AddMidi(frame, data, static_cast<uint32_t>(bytes));
  }
  size_t total = 0;
  chunk.VisitMidi(0, kTakeChunkFrames, [&](uint32_t frame, const uint8_t* data, uint32_t size) {
    CHECK(frame < kTakeChunkFrames && data != nullptr);
    total += size;
  });
  CHECK(total <= kTakeMidiBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzInput input(data, size);
  switch (input.Take<uint8_t>() % 3) {
    case 0:
      ReadRing(input);
      break;
    case 1:
      ReadHost(input);
      break;
    default:
      RecordAndErase(input);
      break;
  }
  return 0;
}
