// Tells a render from playing by how the blocks flow: some hosts render without a word about it.
//
// Playing hosts call process() early now and then, to catch up or to work ahead, and their clocks are not
// ours; but nobody who plays gets a second ahead of a time that already runs a quarter too fast.
// [audio-thread]
#pragma once

#include <cstdint>

namespace jambridge {

class FlowMeter {
 public:
  void Reset(double sampleRate) {
    *this = FlowMeter{};
    nsPerFrame_ = 1e9 / sampleRate;
  }

  /** A block of `frames` is asked for at `nowNs`. True: faster than anybody plays. */
  bool Observe(uint32_t frames, uint64_t nowNs) {
    const double blockNs = frames * nsPerFrame_;
    if (renders_) {
      LookForEnd(blockNs, nowNs);
    } else {
      const double passedNs =
          lastNs_ == 0 ? kAheadNsMax : kPlayingPaceMax * static_cast<double>(nowNs - lastNs_);
      aheadNs_ = aheadNs_ > passedNs ? aheadNs_ - passedNs : 0;
      aheadNs_ += blockNs;
      // A block is no ahead of its own: a single one may be longer than the bound.
      if (aheadNs_ - blockNs > kAheadNsMax) BeginRender(nowNs);
    }
    lastNs_ = nowNs;
    return renders_;
  }

 private:
  static constexpr double kAheadNsMax = 1e9;
  static constexpr uint64_t kWindowNs = 500'000'000;
  static constexpr double kPlayingPaceMax = 1.25;

  void BeginRender(uint64_t nowNs) {
    renders_ = true;
    windowStartNs_ = nowNs;
    windowSoundNs_ = 0;
  }

  void LookForEnd(double blockNs, uint64_t nowNs) {
    const uint64_t passedNs = nowNs - windowStartNs_;
    if (passedNs < kWindowNs) {
      windowSoundNs_ += blockNs;
      return;
    }
    renders_ = windowSoundNs_ > kPlayingPaceMax * static_cast<double>(passedNs);
    aheadNs_ = blockNs;
    windowStartNs_ = nowNs;
    windowSoundNs_ = blockNs;
  }

  double nsPerFrame_ = 0;
  double aheadNs_ = 0;  // sound asked for in advance of time
  uint64_t lastNs_ = 0;
  bool renders_ = false;
  uint64_t windowStartNs_ = 0;
  double windowSoundNs_ = 0;
};

}  // namespace jambridge
