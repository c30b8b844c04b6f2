// Delays the dry path by the reported latency. Allocated at activation; planar; one thread.
#pragma once

#include <cstdint>
#include <vector>

namespace jambridge {

class DelayLine {
 public:
  /** Silent at first. 0 frames: no delay. [main-thread] */
  void Allocate(uint32_t channels, uint32_t frames) {
    frames_ = frames;
    position_ = 0;
    memory_.assign(static_cast<size_t>(channels) * frames, 0.0F);
  }

  uint32_t frames() const { return frames_; }

  /** Silent again. [audio-thread] */
  void Clear() {
    position_ = 0;
    memory_.assign(memory_.size(), 0.0F);  // of the same size: no allocation
  }

  /** `in` may be null (silence) or equal to `out`. All channels, then Advance. [audio-thread] */
  void Process(uint32_t channel, const float* in, float* out, uint32_t frames) {
    float* line = memory_.data() + static_cast<size_t>(channel) * frames_;
    uint32_t at = position_;
    for (uint32_t i = 0; i < frames; i++) {
      const float sample = in == nullptr ? 0.0F : in[i];
      out[i] = line[at];
      line[at] = sample;
      if (++at == frames_) at = 0;
    }
  }

  /** [audio-thread] */
  void Advance(uint32_t frames) {
    if (frames_ != 0)
      position_ = static_cast<uint32_t>((static_cast<uint64_t>(position_) + frames) % frames_);
  }

 private:
  uint32_t frames_ = 0;
  uint32_t position_ = 0;
  std::vector<float> memory_;
};

}  // namespace jambridge
