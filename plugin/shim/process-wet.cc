// The wet side of process(): what the engine plays, or, in a render, what it played once. Everything here is
// [audio-thread, active].
#include "plugin/shim/instance.h"

namespace jambridge {

void Plugin::Instance::TakePlayout(const Piece& piece, Pass& pass) {
  pass.link = playout_.Look(pass.view, capture_.streamStamp(), piece.timeNs);
  if (piece.rendering) {
    if (pass.link.alive) playout_.DropMidi(*pass.view);
    Replay(piece, pass);
    return;
  }
  StopReplay();
  const bool audible = pass.before.Receives() || pass.after.Receives() || !wetGain_.Silent();
  if (pass.link.alive && audible) {
    pass.wetFrames = playout_.ReadAudio(*pass.view, piece.frame, piece.frames, pass.after.Receives());
  }
  pass.wetOpen = true;
  TakeWetMidi(piece, pass);
  Record(piece, pass);
}

void Plugin::Instance::TakeWetMidi(const Piece& piece, const Pass& pass) {
  const bool wetMidi = pass.link.alive && pass.streaming && pass.after.Receives() && pass.after.midiOn;
  const bool sameSource = wetMidi && !pass.link.restarted && pass.after.channel == heardChannel_;
  if (wetMidi_ && !sameSource) midiOut_.StopWet();
  if (pass.link.alive && !(wetMidi && (sameSource || !wetMidi_))) playout_.DropMidi(*pass.view);
  if (wetMidi) playout_.DrainMidi(*pass.view, piece.frame, midiOut_.wet());
  wetMidi_ = wetMidi;
  heardChannel_ = pass.after.channel;
}

/**
 * To the take, at the place on the song's line where it was heard: a host that compensates for our latency
 * hears what leaves at S where the song was at S - latency; so does the render, whatever its latency.
 */
void Plugin::Instance::Record(const Piece& piece, const Pass& pass) {
  const std::optional<int64_t> song = piece.SongFrame();
  const bool rolls = song && pass.after.offlineTake && pass.after.Receives();
  const int64_t position = song.value_or(0) - latency_.load(std::memory_order_relaxed);
  midiOut_.RecordTo(rolls ? &take_ : nullptr, position);
  if (!rolls || !pass.link.alive) return;
  // Where nobody sends, what was received there before stays.
  if (pass.view->control->streamsHeard.load(std::memory_order_relaxed) == 0) return;
  take_.Write(position, piece.frames, pass.wetFrames,
              [this](uint32_t channel) { return static_cast<const float*>(playout_.Wet(channel)); });
}

void Plugin::Instance::Replay(const Piece& piece, Pass& pass) {
  if (wetMidi_) midiOut_.StopWet();
  wetMidi_ = false;
  midiOut_.RecordTo(nullptr, 0);
  const std::optional<int64_t> song = piece.SongFrame();
  const bool replays = song && pass.after.offlineTake && pass.after.Receives();
  const int64_t position = song.value_or(0) - latency_.load(std::memory_order_relaxed);
  if (!replays || position != replayNext_) StopReplay();
  if (!replays) return;
  replaying_ = true;
  replayNext_ = position + piece.frames;
  take_.Read(position, piece.frames, [this](uint32_t channel) { return playout_.Wet(channel); });
  pass.wetFrames = piece.frames;
  pass.wetOpen = true;
  if (!pass.after.midiOn) return;
  take_.VisitMidi(position, piece.frames, [&](uint32_t offset, const uint8_t* data, uint32_t size) {
    midiOut_.wet().Push(piece.frame + offset, data, size);
  });
}

/** The song went elsewhere, or the render ended: nothing of it may go on sounding. */
void Plugin::Instance::StopReplay() {
  if (replaying_) midiOut_.StopWet();
  replaying_ = false;
}

}  // namespace jambridge
