// What process() publishes: the block's MIDI, its circumstances, its audio. One a plugin instance; all of it
// [audio-thread, active] unless said otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge/shm/segment-layout.h"
#include "plugin/shim/attachment.h"
#include "plugin/shim/param-store.h"
#include "plugin/shim/piece.h"

namespace jambridge {

class Capture {
 public:
  struct Setup {
    double sampleRate;
    uint32_t blockFramesMax;
    uint32_t channelsIn;
    uint32_t channelsOut;
    float latencyMs;  // the host was told of it and it stands; 0: it follows the parameter
  };

  /** [main-thread, inactive] */
  void Reset(const Setup& setup, std::string_view name, uint32_t firstStamp);

  /** A stream begins at `frame`, in the slot given: the MIDI ring is taken from its beginning for a new slot.
   */
  void BeginStream(const SlotView& view, uint64_t frame);

  /** Before all else of a piece. False: there was no room, the event is counted as dropped. */
  bool WriteMidi(const SlotView& view, uint64_t frame, const uint8_t* data, uint32_t size);

  void WriteControlBlock(const SlotView& view, const Piece& piece, const ParamSnapshot& params);

  /** Copies the input into the ring and publishes its end. */
  void WriteAudio(const SlotView& view, const Piece& piece);

  /** The last of a piece: wakes the engine if it sleeps. */
  void Publish(const SlotView& view);

  uint32_t streamStamp() const { return control_.streamStamp; }

 private:
  ControlBlock control_{};
  float latencyMs_ = 0;
  uint64_t serial_ = 0;  // of the slot that the positions belong to
  uint32_t midiPosition_ = 0;
  uint32_t midiDropped_ = 0;
  uint32_t bellsRung_ = 0;
};

}  // namespace jambridge
