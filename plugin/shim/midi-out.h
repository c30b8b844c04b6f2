// The plugin's MIDI output of a piece: what the track itself plays (dry) and what comes from the network
// (wet), in one order. All of it [audio-thread, active] unless said otherwise.
//
//   input events -> (delay, with the dry path) --+
//   MIDI playout ring -> wet pending ------------+-> by offset -> host
//   note-offs for what the wet side left down ---+
#pragma once

#include <cstdint>
#include <memory>

#include "plugin/shim/note-tracker.h"
#include "plugin/shim/pending-midi.h"
#include "plugin/shim/piece.h"
#include "plugin/shim/take.h"

namespace jambridge {

class MidiOut {
 public:
  explicit MidiOut(HostSink* sink) : sink_(sink) {}

  /** [main-thread, inactive] */
  void Reset(uint32_t dryDelayFrames);

  /** Wet events that wait for their frame. */
  PendingMidi& wet() { return wet_; }

  /** From now on nothing of the wet side may sound: what waits is dropped, what sounds is let go. */
  void StopWet();

  /** What leaves of the wet side is recorded too; `position` is that of the next piece's beginning. Null: no
   * more.
   */
  void RecordTo(Take* take, int64_t position) {
    take_ = take;
    takePosition_ = position;
  }

  /** Forgets delayed events; the ends of notes among them are sent at once. */
  void DropDelayed() { dropsDelayed_ = delayed_ != nullptr; }

  void BeginPiece(const Piece& piece);

  /** One input event, in their order; `audible`: the dry path is open at its offset. */
  void TakeDry(const InputEvent& event, bool audible);

  /** Sends what is due until the end of the piece; the piece's input events were all taken. */
  void EndPiece();

 private:
  bool DryAllowed(const uint8_t* data, uint32_t size, bool audible);
  /** Delayed dry and wet events before `end`, in order. */
  void SendUntil(uint64_t end);
  bool SendWet(const PendingMidi::Event& event);
  bool Send(uint64_t frame, const uint8_t* data, uint32_t size);
  void ReleaseWetNotes();
  void ReleaseDelayed();
  void Remember(uint64_t frame, const uint8_t* data, uint32_t size);

  HostSink* const sink_;
  const Piece* piece_ = nullptr;
  uint32_t dryDelayFrames_ = 0;
  uint32_t lastOffset_ = 0;
  bool refused_ = false;    // the host took no more of the wet side in this piece
  bool releasing_ = false;  // wet notes are still to be let go
  bool dropsDelayed_ = false;
  Take* take_ = nullptr;
  int64_t takePosition_ = 0;
  NoteTracker wetNotes_;
  NoteTracker dryNotes_;
  PendingMidi wet_;
  std::unique_ptr<PendingMidi> delayed_;  // dry events, only with a delay
};

}  // namespace jambridge
