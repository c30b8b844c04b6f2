#include "plugin/shim/midi-out.h"

#include <algorithm>

#include "plugin/shim/midi-message.h"

namespace jambridge {
namespace {

// An event that the host refuses is offered again, but not for ever.
constexpr uint64_t kRefusedFramesMax = 16384;

}  // namespace

void MidiOut::Reset(uint32_t dryDelayFrames) {
  dryDelayFrames_ = dryDelayFrames;
  wet_.Clear();
  wetNotes_ = {};
  dryNotes_ = {};
  releasing_ = dropsDelayed_ = false;
  take_ = nullptr;
  delayed_.reset();
  if (dryDelayFrames != 0) delayed_ = std::make_unique<PendingMidi>();
}

void MidiOut::StopWet() {
  wet_.Clear();
  releasing_ = !wetNotes_.Empty();
}

void MidiOut::BeginPiece(const Piece& piece) {
  piece_ = &piece;
  if (piece.from == 0) lastOffset_ = 0;
  refused_ = false;
  if (dropsDelayed_) ReleaseDelayed();
  if (releasing_) ReleaseWetNotes();
}

bool MidiOut::DryAllowed(const uint8_t* data, uint32_t size, bool audible) {
  // What was let through while the path was open is let go though it is closed.
  const bool ends = IsNoteOff(data, size) && dryNotes_.Sounds(data[0], data[1]);
  if (!audible && !ends) return false;
  dryNotes_.Observe(data, size);
  return true;
}

void MidiOut::TakeDry(const InputEvent& event, bool audible) {
  if (!HasMidi(event)) return;
  const uint8_t* data = MidiBytes(event);
  if (!DryAllowed(data, event.size, audible)) return;
  const uint64_t frame = piece_->frame + piece_->OffsetOf(event);
  if (delayed_ != nullptr) {
    delayed_->Push(frame + dryDelayFrames_, data, event.size);
    return;
  }
  SendUntil(frame);
  Send(frame, data, event.size);
}

void MidiOut::EndPiece() { SendUntil(piece_->frame + piece_->frames); }

void MidiOut::SendUntil(uint64_t end) {
  for (;;) {
    const bool dryDue = delayed_ != nullptr && !delayed_->Empty() && delayed_->Top().frame < end;
    const bool wetDue = !refused_ && !releasing_ && !wet_.Empty() && wet_.Top().frame < end;
    if (dryDue && (!wetDue || delayed_->Top().frame <= wet_.Top().frame)) {
      const PendingMidi::Event event = delayed_->Top();
      Send(event.frame, event.data, event.size);
      delayed_->Pop();
    } else if (wetDue) {
      const PendingMidi::Event event = wet_.Top();
      if (SendWet(event)) wet_.Pop();
    } else {
      return;
    }
  }
}

bool MidiOut::SendWet(const PendingMidi::Event& event) {
  if (Send(event.frame, event.data, event.size)) {
    wetNotes_.Observe(event.data, event.size);
    Remember(event.frame, event.data, event.size);
    return true;
  }
  refused_ = true;
  return event.frame + kRefusedFramesMax < piece_->frame;
}

bool MidiOut::Send(uint64_t frame, const uint8_t* data, uint32_t size) {
  const auto inPiece = static_cast<uint32_t>(frame > piece_->frame ? frame - piece_->frame : 0);
  lastOffset_ = std::max(lastOffset_, piece_->from + inPiece);
  return sink_->SendMidiMsg({lastOffset_, size, data});
}

void MidiOut::ReleaseWetNotes() {
  releasing_ = !wetNotes_.ReleaseAll([&](const uint8_t(&message)[3]) {
    if (!Send(piece_->frame, message, 3)) return false;
    Remember(piece_->frame, message, 3);
    return true;
  });
}

void MidiOut::ReleaseDelayed() {
  dropsDelayed_ = false;
  for (; !delayed_->Empty(); delayed_->Pop()) {
    const PendingMidi::Event event = delayed_->Top();
    if (IsNoteOff(event.data, event.size)) Send(piece_->frame, event.data, event.size);
  }
}

void MidiOut::Remember(uint64_t frame, const uint8_t* data, uint32_t size) {
  if (take_ == nullptr) return;
  const uint64_t inPiece = frame > piece_->frame ? frame - piece_->frame : 0;  // a late one was sent at once
  take_->WriteMidi(takePosition_ + static_cast<int64_t>(inPiece), data, size);
}

}  // namespace jambridge
