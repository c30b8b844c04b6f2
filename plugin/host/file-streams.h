// The file side of a run: WAV samples into the input FIFO, output FIFO and MIDI FIFO into files.
//
// Served by [main-thread] every few milliseconds, so that no file access ever stands in the way of
// process().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugin/host/audio-fifo.h"
#include "plugin/host/midi-fifo.h"
#include "plugin/host/midi-sequence.h"
#include "plugin/host/output-file.h"
#include "plugin/host/wav-reader.h"
#include "plugin/host/wav-writer.h"

namespace jambridge::host {

/** Planar float buffers of one size. */
class PlanarBuffer {
 public:
  PlanarBuffer(uint32_t channels, size_t frames) : samples_(channels * frames) {
    for (uint32_t c = 0; c < channels; ++c) pointers_.push_back(samples_.data() + c * frames);
  }
  float* const* channels() const { return pointers_.data(); }

 private:
  std::vector<float> samples_;
  std::vector<float*> pointers_;
};

/** WAV -> input FIFO. A mono file goes to both of the first two channels; further channels are silent. */
class AudioFeeder {
 public:
  /** Null `reader`: nothing to feed. */
  AudioFeeder(WavReader* reader, uint64_t frames, AudioFifo& fifo);
  /** Fills what room there is; true if anything moved. [main-thread] */
  bool Serve();

 private:
  WavReader* const reader_;
  uint64_t framesLeft_;
  AudioFifo& fifo_;
  std::vector<float> interleaved_;
  PlanarBuffer planar_;
};

/** Output FIFO -> WAV; without a file the frames are dropped. */
class AudioDrain {
 public:
  AudioDrain(WavWriter* writer, AudioFifo& fifo);
  /** Writes what is there; true if anything moved. [main-thread] */
  bool Serve();

 private:
  WavWriter* const writer_;
  AudioFifo& fifo_;
  std::vector<float> interleaved_;
  PlanarBuffer planar_;
  uint64_t headerFrames_ = 0;  // what the header told when it was last written
};

/** MIDI FIFO -> memory -> one file at the end, for a track has to say its length first. */
class MidiDrain {
 public:
  /** Creates the file at once, so that a bad path is told before the run. Empty path: no file. */
  MidiDrain(const std::string& path, MidiFifo& fifo);
  bool Serve();
  /** Writes the file. [main-thread] */
  void Finish(uint64_t endFrame, uint32_t rate);

 private:
  std::optional<OutputFile> file_;
  MidiFifo& fifo_;
  MidiSequence sequence_;
  std::vector<uint8_t> message_;
};

}  // namespace jambridge::host
