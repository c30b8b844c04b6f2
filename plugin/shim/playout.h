// What process() takes from the engine: frames of the playout ring that are ready, and MIDI events. All of
// it [audio-thread, active] unless said otherwise.
#pragma once

#include <cstdint>
#include <vector>

#include "plugin/shim/attachment.h"
#include "plugin/shim/pending-midi.h"

namespace jambridge {

class Playout {
 public:
  /** [main-thread, inactive] */
  void Reset(uint32_t channelsOut, uint32_t blockFramesMax);

  struct Link {
    bool alive;      // an engine lives that has this stream's playout ring in its hands
    bool restarted;  // and it is not the one of the last look
  };

  /** Looks at the engine, once a piece, before anything is taken. `view` may be null. */
  Link Look(const SlotView* view, uint32_t streamStamp, uint64_t timeNs);

  /**
   * Copies the frames that are ready, at most `frames`, and returns how many; counts what is missing if
   * `wanted`. Only after Look() said alive.
   */
  uint32_t ReadAudio(const SlotView& view, uint64_t frame, uint32_t frames, bool wanted);

  /** Of the frames last read; `channel` below the slot's. */
  float* Wet(uint32_t channel) { return wet_.data() + static_cast<size_t>(channel) * blockFramesMax_; }

  /** Moves what the MIDI ring holds to `pending`, as far as there is room; nonsense is dropped. */
  void DrainMidi(const SlotView& view, uint64_t frame, PendingMidi& pending);

  /** Empties the MIDI ring: what it holds is not for now. */
  void DropMidi(const SlotView& view);

 private:
  void SeeSlot(const SlotView& view);

  std::vector<float> wet_;  // planar
  uint32_t blockFramesMax_ = 0;
  uint64_t serial_ = 0;
  uint32_t generation_ = 0;
  bool wasAlive_ = false;
  uint32_t midiPosition_ = 0;
  uint32_t underruns_ = 0;
  uint32_t underrunFrames_ = 0;
};

}  // namespace jambridge
