// A slot of the segment as a stranger leaves it: whatever is in it, reading costs silence and nothing else.
// The slot's parts lie in memory of their own, so that a step out of one is seen by the address sanitizer.
//
//   input: operations, each a byte and its operands: change a word, write MIDI or sound, let a block pass
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "bridge/shm/audio-ring.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/midi-ring.h"
#include "plugin/shim/capture.h"
#include "plugin/shim/midi-message.h"
#include "plugin/shim/midi-out.h"
#include "plugin/shim/mixer.h"
#include "plugin/shim/playout.h"
#include "plugin/shim/remote-watch.h"
#include "test/plugin/fuzz/fuzz-target.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kChannels = 2;
constexpr uint32_t kBlockMax = 512;
constexpr uint64_t kTimeNs = 5'000'000'000;

class Listener : public HostSink {
 public:
  bool SendMidiMsg(const MidiEvent& event) override {
    CHECK(IsMidiMessage(event.data, event.size));
    CHECK(event.offset >= last && (event.offset < frames || frames == 0));
    last = event.offset;
    return ++messages % 7 != 0;  // now and then there is no room
  }
  void LatencyChanged() override {}
  uint32_t frames = 0;
  uint32_t last = 0;
  uint32_t messages = 0;
};

/// One plugin's side of a slot, without a keeper and without threads: the same input, the same run.
struct Side {
  Side() : midiOut(&listener) {
    view.header = header.get();
    view.control = control.get();
    view.rings = {midiCapture.data(), midiPlayout.data(), capture.data(), playout.data()};
    view.channelsIn = view.channelsOut = kChannels;
    view.doorbell = &doorbell;
  }

  /// As new: allocating it anew for every input would take most of the time.
  void Reset() {
    std::memset(static_cast<void*>(header.get()), 0, sizeof(SegmentHeader));
    std::memset(static_cast<void*>(control.get()), 0, sizeof(SlotControl));
    std::fill(midiCapture.begin(), midiCapture.end(), std::byte{});
    std::fill(midiPlayout.begin(), midiPlayout.end(), std::byte{});
    std::fill(playout.begin(), playout.end(), 0.0F);
    view.serial = 1;
    frame = 0;
    listener.messages = 0;
    source.Reset({48000, kBlockMax, kChannels, kChannels, 0}, "fuzz", 1);
    wet.Reset(kChannels, kBlockMax);
    watch = RemoteWatch{};
    midiOut.Reset(0);
    source.BeginStream(view, 0);
  }

  void Block(uint32_t frames) {
    ProcessArgs args = {};
    args.frames = frames;
    Piece piece = {&args, 0, frames, {}, frame, kTimeNs, false};
    ParamStore params;
    const ParamSnapshot snapshot = params.Snapshot();
    const uint8_t note[3] = {0x90, 60, 100};
    source.WriteMidi(view, frame, note, 3);
    source.WriteControlBlock(view, piece, snapshot);
    source.WriteAudio(view, piece);
    source.Publish(view);
    const Playout::Link link = wet.Look(&view, source.streamStamp(), kTimeNs);
    if (link.alive) {
      const uint32_t ready = wet.ReadAudio(view, frame, frames, true);
      CHECK(ready <= frames);
      for (uint32_t channel = 0; channel < kChannels; ++channel) {
        for (uint32_t i = 0; i < ready; ++i) CHECK(std::fabs(wet.Wet(channel)[i]) <= kPlayoutSampleMax);
      }
      wet.DrainMidi(view, frame, midiOut.wet());
    } else {
      midiOut.StopWet();
    }
    if (const auto move = watch.Look(&view, frame))
      CHECK(!move->placed || std::abs(move->songFrame) < 1LL << 42);
    listener.frames = frames;
    listener.last = 0;
    midiOut.BeginPiece(piece);
    midiOut.EndPiece();
    frame += frames;
  }

  std::unique_ptr<SegmentHeader> header = std::make_unique<SegmentHeader>();
  std::unique_ptr<SlotControl> control = std::make_unique<SlotControl>();
  std::vector<std::byte> midiCapture = std::vector<std::byte>(kMidiRingBytes);
  std::vector<std::byte> midiPlayout = std::vector<std::byte>(kMidiRingBytes);
  std::vector<float> capture = std::vector<float>(kChannels * kRingFrames);
  std::vector<float> playout = std::vector<float>(kChannels * kRingFrames);
  DoorbellClient doorbell;
  SlotView view{};
  Listener listener;
  Capture source;
  Playout wet;
  RemoteWatch watch;
  MidiOut midiOut;
  uint64_t frame = 0;
};

void SetWord(void* at, size_t bytes, FuzzInput& input) {
  const uint32_t word = input.Take<uint16_t>() % static_cast<uint32_t>(bytes / 4);
  __atomic_store_n(static_cast<uint32_t*>(at) + word, input.Take<uint32_t>(), __ATOMIC_RELAXED);
}

/// What an engine that lives would say; otherwise nothing below is looked at.
void PretendToLive(Side& side, FuzzInput& input) {
  side.header->engineState.store(static_cast<uint32_t>(RoleState::kLive));
  side.header->engineHeartbeatMs.store(static_cast<uint32_t>(kTimeNs / 1'000'000));
  side.control->playoutStamp.store(side.source.streamStamp());
  side.control->playoutEnd.store(static_cast<uint32_t>(side.frame) + input.Take<uint16_t>());
}

void WriteMidi(Side& side, FuzzInput& input) {
  size_t bytes = 0;
  const uint32_t at = side.control->midiPlayoutWrite.load() + input.Take<int8_t>() * 4;
  const uint8_t* content = input.TakeBytes(input.Take<uint8_t>(), &bytes);
  for (size_t i = 0; i < bytes; ++i)
    side.midiPlayout[(at + i) % kMidiRingBytes] = static_cast<std::byte>(content[i]);
  side.control->midiPlayoutWrite.store(at + ((static_cast<uint32_t>(bytes) + 3) & ~3U));
}

/// A message as an engine writes it, whole.
void WriteMessage(Side& side, FuzzInput& input) {
  size_t bytes = 0;
  const uint32_t frame = static_cast<uint32_t>(side.frame) + static_cast<uint32_t>(input.Take<int16_t>());
  const uint8_t* message = input.TakeBytes(input.Take<uint8_t>(), &bytes);
  MidiRingWriter ring(side.midiPlayout.data(), side.control->midiPlayoutWrite, side.control->midiPlayoutRead,
                      side.control->midiPlayoutWrite.load());
  if (bytes > 0) ring.Write(frame, message, static_cast<uint32_t>(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzInput input(data, size);
  static Side side;
  side.Reset();
  for (int operations = 0; operations < 200 && !input.Empty(); ++operations) {
    switch (input.Take<uint8_t>() % 8) {
      case 0:
        SetWord(side.header.get(), sizeof(SegmentHeader), input);
        break;
      case 1:
        SetWord(side.control.get(), sizeof(SlotControl), input);
        break;
      case 2:
        WriteMidi(side, input);
        break;
      case 3:
        WriteMessage(side, input);
        break;
      case 4:
        SetWord(side.playout.data(), side.playout.size() * sizeof(float), input);
        break;
      case 5:
        PretendToLive(side, input);
        break;
      case 6:
        side.view.serial++;
        side.source.BeginStream(side.view, side.frame);
        break;
      default:
        side.Block(input.Take<uint16_t>() % (kBlockMax + 1));
        break;
    }
  }
  return 0;
}
