// A gain that moves to its target in a straight line, and is exactly the target otherwise. Every value
// follows from the frame alone, not from how the host cuts its blocks. [audio-thread]
#pragma once

#include <algorithm>
#include <cstdint>

namespace jambridge {

/** A line for one run of frames: value(i) = from + step * (at + i). */
struct GainLine {
  float from;
  float step;
  int32_t at;
  bool Constant() const { return step == 0.0F; }
  float Value(int32_t i) const { return from + step * static_cast<float>(at + i); }
};

class Gain {
 public:
  void Jump(float target) {
    from_ = target_ = target;
    at_ = length_ = 0;
  }

  /** No effect unless the target is a new one. */
  void MoveTo(float target, uint32_t frames) {
    if (target == target_) return;
    from_ = Line().Value(0);
    target_ = target;
    at_ = 0;
    length_ = std::max(frames, 1U);
  }

  /** How many of `frames` share one line. */
  uint32_t Run(uint32_t frames) const { return Moving() ? std::min(frames, length_ - at_) : frames; }

  GainLine Line() const {
    if (!Moving()) return {target_, 0.0F, 0};
    return {from_, (target_ - from_) / static_cast<float>(length_), static_cast<int32_t>(at_)};
  }

  /** `frames` as Run() allowed. */
  void Advance(uint32_t frames) {
    if (Moving()) at_ += frames;
  }

  bool Silent() const { return !Moving() && target_ == 0.0F; }

 private:
  bool Moving() const { return at_ < length_; }

  float from_ = 0;
  float target_ = 0;
  uint32_t at_ = 0;
  uint32_t length_ = 0;
};

}  // namespace jambridge
