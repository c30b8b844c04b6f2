#include "plugin/shim/playout.h"

#include <algorithm>

#include "bridge/shm/audio-ring.h"
#include "bridge/shm/clock.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/midi-ring.h"
#include "plugin/shim/midi-message.h"
#include "plugin/shim/mixer.h"

namespace jambridge {
namespace {

// Events for later than this are garbage: the receive latency is at most half a second.
constexpr int32_t kMidiAheadFramesMax = 1 << 20;

MidiRingReader ReaderOf(const SlotView& view, uint32_t position) {
  return {view.rings.midiPlayout, view.control->midiPlayoutWrite, view.control->midiPlayoutRead, position};
}

}  // namespace

void Playout::Reset(uint32_t channelsOut, uint32_t blockFramesMax) {
  blockFramesMax_ = blockFramesMax;
  wet_.assign(static_cast<size_t>(channelsOut) * blockFramesMax, 0.0F);
  serial_ = 0;
  wasAlive_ = false;
}

void Playout::SeeSlot(const SlotView& view) {
  if (serial_ == view.serial) return;
  serial_ = view.serial;
  midiPosition_ = 0;  // the claim cleaned the slot
  underruns_ = 0;
  underrunFrames_ = 0;
  wasAlive_ = false;
}

Playout::Link Playout::Look(const SlotView* view, uint32_t streamStamp, uint64_t timeNs) {
  if (view == nullptr) {
    wasAlive_ = false;
    return {false, false};
  }
  SeeSlot(*view);
  const SlotControl& slot = *view->control;
  // Before the stamp: events up to here, written under another stamp, are not for this stream.
  const uint32_t midiBefore = slot.midiPlayoutWrite.load(std::memory_order_acquire);
  // SYNC POINT playout-stamp (other end: begin of the engine's playout): who sees the stamp sees a ring that
  // holds nothing of an earlier stream.
  const bool ours = slot.playoutStamp.load(std::memory_order_acquire) == streamStamp && streamStamp != 0;
  const uint32_t generation = view->header->engineGeneration.load(std::memory_order_acquire);
  const bool alive = ours && EngineAlive(*view->header, HeartbeatMs(timeNs));
  if (!alive) {
    MidiRingReader reader = ReaderOf(*view, midiPosition_);
    reader.SkipTo(midiBefore);
    midiPosition_ = reader.position();
  }
  const bool restarted = alive && wasAlive_ && generation != generation_;
  generation_ = generation;
  wasAlive_ = alive;
  return {alive, restarted};
}

uint32_t Playout::ReadAudio(const SlotView& view, uint64_t frame, uint32_t frames, bool wanted) {
  SlotControl& slot = *view.control;
  // SYNC POINT playout-end (other end: render of the engine's playout): who sees the end sees the frames.
  const uint32_t ready = FramesReady(frame, slot.playoutEnd.load(std::memory_order_acquire), frames);
  for (uint32_t channel = 0; channel < view.channelsOut; channel++) {
    float* wet = wet_.data() + static_cast<size_t>(channel) * blockFramesMax_;
    ReadRing(view.rings.playout + static_cast<size_t>(channel) * kRingFrames, frame, wet, ready);
    SilenceGarbage(wet, ready);
  }
  if (wanted && ready < frames) {
    underrunFrames_ += frames - ready;
    slot.underruns.store(++underruns_, std::memory_order_relaxed);
    slot.underrunFrames.store(underrunFrames_, std::memory_order_relaxed);
  }
  return ready;
}

void Playout::DrainMidi(const SlotView& view, uint64_t frame, PendingMidi& pending) {
  MidiRingReader reader = ReaderOf(view, midiPosition_);
  uint32_t size = 0;
  for (auto next = reader.Peek(&size); next == MidiRingReader::Result::kMessage; next = reader.Peek(&size)) {
    if (!PendingMidi::CouldEverHold(size)) {
      reader.Skip();
      continue;
    }
    uint8_t* room = pending.Reserve(size);
    if (room == nullptr) break;  // stays in the ring: the engine sees that it fills
    uint32_t low = 0;
    if (reader.Read(room, size, &low, &size) != MidiRingReader::Result::kMessage) {
      pending.Abandon();  // somebody writes where nobody may: the rest is looked at in the next block
      break;
    }
    const int64_t ahead = static_cast<int32_t>(low - static_cast<uint32_t>(frame));
    if (ahead <= kMidiAheadFramesMax && IsMidiMessage(room, size)) {
      // Late events keep their frame, which orders them.
      pending.Commit(static_cast<uint64_t>(std::max<int64_t>(static_cast<int64_t>(frame) + ahead, 0)), size);
    } else {
      pending.Abandon();
    }
  }
  midiPosition_ = reader.position();
}

void Playout::DropMidi(const SlotView& view) {
  MidiRingReader reader = ReaderOf(view, midiPosition_);
  reader.SkipTo(view.control->midiPlayoutWrite.load(std::memory_order_acquire));
  midiPosition_ = reader.position();
}

}  // namespace jambridge
