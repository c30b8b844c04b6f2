// Many plugin instances in one process, as a DAW with many tracks has them: the shim itself, without a
// format's adapter, each with buffers of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bridge/shm/segment.h"
#include "plugin/shim/plugin.h"

namespace jambridge::bench {

struct BankOptions {
  uint32_t instances;  // on channels 1, 2, ...
  uint32_t channels;   // audio channels in and out
  uint32_t blockFrames;
  double sampleRate;
  std::string mode;  // as the plugin's parameters have them
  std::string redundancy;
  std::string midi;
};

/** One plugin on a track. What it plays goes nowhere. */
class Track final : public HostSink {
 public:
  Track(const BankOptions& options, uint32_t index);

  /** Every sample of the block gets this value. [audio-thread] */
  void Fill(float value);

  /** A block without events, or with one MIDI message of three bytes at its first frame. [audio-thread] */
  void Process();
  void Process(uint8_t status, uint8_t first, uint8_t second);

  Plugin& plugin() { return plugin_; }
  const float* in(uint32_t channel) const { return in_[channel].data(); }
  float* out(uint32_t channel) { return out_[channel].data(); }

  bool SendMidiMsg(const MidiEvent& /*event*/) override { return true; }
  void LatencyChanged() override {}

 private:
  void Process(const InputEvent* events, uint32_t count);

  uint32_t blockFrames_;
  std::vector<std::vector<float>> in_, out_;
  std::vector<const float*> inPointers_;
  std::vector<float*> outPointers_;
  Plugin plugin_;
};

class PluginBank {
 public:
  /** Activates all; they claim the segment's slots 0, 1, ... [main-thread] */
  explicit PluginBank(const BankOptions& options);

  /** Whether each has its slot; looked at once the engine is there. [main-thread] */
  bool Attached();

  std::vector<std::unique_ptr<Track>>& tracks() { return tracks_; }

  /** Times that track `index` rang the engine's doorbell. [any-thread] */
  uint32_t BellsRung(uint32_t index) const;

 private:
  std::vector<std::unique_ptr<Track>> tracks_;
  std::shared_ptr<Segment> segment_;
};

}  // namespace jambridge::bench
