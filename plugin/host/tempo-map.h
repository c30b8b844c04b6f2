// Musical time: seconds since the song's start to quarter notes and tempo.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace jambridge::host {

class TempoMap {
 public:
  /** 120 bpm from the start, until told otherwise. */
  TempoMap() : segments_{{0.0, 0.0, 120.0}} {}

  /** From `seconds` on the tempo is `bpm`. Times must not fall. [main-thread] */
  void Add(double seconds, double bpm) {
    const double beats = BeatsAt(segments_.size() - 1, seconds);
    if (seconds <= segments_.back().seconds) segments_.pop_back();
    segments_.push_back({seconds, beats, bpm});
  }

  struct Position {
    double beats;  // quarter notes since the start
    double bpm;
  };

  /** [any-thread] */
  Position At(double seconds) const {
    const auto after = std::upper_bound(segments_.begin() + 1, segments_.end(), seconds,
                                        [](double time, const Segment& s) { return time < s.seconds; });
    const auto index = static_cast<size_t>(after - segments_.begin()) - 1;
    return {BeatsAt(index, seconds), segments_[index].bpm};
  }

 private:
  struct Segment {
    double seconds;
    double beats;
    double bpm;
  };
  double BeatsAt(size_t index, double seconds) const {
    const Segment& segment = segments_[index];
    return segment.beats + (seconds - segment.seconds) * segment.bpm / 60.0;
  }
  std::vector<Segment> segments_;  // never empty
};

}  // namespace jambridge::host
