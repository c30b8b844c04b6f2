// A gain that moves to its target in a straight line, and is exactly the target otherwise. [audio-thread]
#pragma once

#include <algorithm>
#include <cstdint>

namespace jambridge {

/** A line for one run of frames: value(i) = start + i * step. */
struct GainLine {
  float start;
  float step;
  bool Constant() const { return step == 0.0F; }
};

class Gain {
 public:
  void Jump(float target) {
    current_ = target_ = target;
    left_ = 0;
  }

  /** No effect unless the target is a new one. */
  void MoveTo(float target, uint32_t frames) {
    if (target == target_) return;
    target_ = target;
    left_ = std::max(frames, 1U);
    step_ = (target_ - current_) / static_cast<float>(left_);
  }

  /** How many of `frames` share one line. */
  uint32_t Run(uint32_t frames) const { return left_ == 0 ? frames : std::min(frames, left_); }

  GainLine Line() const { return left_ == 0 ? GainLine{target_, 0.0F} : GainLine{current_, step_}; }

  /** `frames` as Run() allowed. */
  void Advance(uint32_t frames) {
    if (left_ == 0) return;
    left_ -= frames;
    current_ = left_ == 0 ? target_ : current_ + step_ * static_cast<float>(frames);
  }

  bool Silent() const { return left_ == 0 && target_ == 0.0F; }

 private:
  float current_ = 0;
  float target_ = 0;
  float step_ = 0;
  uint32_t left_ = 0;
};

}  // namespace jambridge
