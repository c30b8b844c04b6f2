// The smallest host: one plugin, its buffers, what it sent.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "bridge/shm/segment-layout.h"
#include "plugin/shim/plugin.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"

namespace jambridge::test {

struct SentMidi {
  uint64_t frame;  // counted by the host, from its first block
  std::vector<uint8_t> bytes;
};

class TestHost : public HostSink {
 public:
  explicit TestHost(uint32_t channelsIn = 2, uint32_t channelsOut = 2, uint32_t blockFramesMax = 8192)
      : plugin(this),
        in(channelsIn, kBlockFramesMax * 2),
        out(channelsOut, kBlockFramesMax * 2),
        blockFramesMax_(blockFramesMax) {
    plugin.WatchBlockFlow(false);  // tests don't wait for the time to pass
  }

  void Activate(double sampleRate = 48000) {
    CHECK(plugin.Activate(sampleRate, blockFramesMax_, in.channels(), out.channels()));
  }

  /** One block of what `in` holds; events are taken and cleared. */
  void Process(uint32_t frames) {
    blockStart_ = frames_;
    const ProcessArgs args = {
        in.pointers(), inPlace ? in.pointers() : out.pointers(), in.channels(), out.channels(), frames,
        events.data(), static_cast<uint32_t>(events.size()),     transport,     offline};
    blockFrames_ = frames;
    lastOffset_ = 0;
    plugin.ProcessBlock(args);
    frames_ += frames;
    events.clear();
  }

  void Midi(uint32_t offset, const std::vector<uint8_t>& bytes) {
    InputEvent event = {};
    event.kind = InputEvent::kMidi;
    event.offset = offset;
    event.size = static_cast<uint32_t>(bytes.size());
    if (bytes.size() <= 3) {
      std::copy(bytes.begin(), bytes.end(), event.small);
    } else {
      longMessages_.push_back(bytes);  // the inner vector keeps its place when the outer one grows
      event.data = longMessages_.back().data();
    }
    events.push_back(event);
  }

  void Param(uint32_t offset, uint32_t id, double value) {
    InputEvent event = {};
    event.kind = InputEvent::kParam;
    event.offset = offset;
    event.param = id;
    event.value = value;
    events.push_back(event);
  }

  bool SendMidiMsg(const MidiEvent& event) override {
    CHECK(event.offset >= lastOffset_);
    CHECK(event.offset < std::max(blockFrames_, 1U));
    lastOffset_ = event.offset;
    if (refuses) return false;
    sent.push_back({blockStart_ + event.offset, {event.data, event.data + event.size}});
    return true;
  }
  void LatencyChanged() override { latencyChanges++; }

  uint32_t Status() const { return static_cast<uint32_t>(plugin.GetParam(kParamStatus)); }
  uint64_t frames() const { return frames_; }

  Plugin plugin;
  Planar in;
  Planar out;
  bool inPlace = false;
  bool offline = false;
  bool refuses = false;
  const Transport* transport = nullptr;
  std::vector<InputEvent> events;
  std::vector<SentMidi> sent;
  int latencyChanges = 0;

 private:
  const uint32_t blockFramesMax_;
  std::vector<std::vector<uint8_t>> longMessages_;
  uint64_t frames_ = 0;
  uint64_t blockStart_ = 0;
  uint32_t blockFrames_ = 0;
  uint32_t lastOffset_ = 0;
};

/** Waits, at most five seconds, for what another thread will do. */
inline bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; i++) {
    if (condition()) return true;
    usleep(5000);
  }
  return condition();
}

}  // namespace jambridge::test
