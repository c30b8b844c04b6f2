// What a tape machine does in each period of JACK: plays, and records.
#pragma once

#include <atomic>
#include <vector>

#include "bench/native/jack-library.h"

namespace jambridge::bench {

inline constexpr size_t kTapeMidiMax = 1 << 18;

struct TapeMidi {
  int64_t frame;
  uint8_t size;
  uint8_t bytes[3];
};

/** What the audio thread works on. Everything is allocated before it starts. */
struct Tape {
  JackLibrary jack{};
  JackClient* client = nullptr;
  std::vector<JackPort*> outputs, inputs;
  JackPort* midiOut = nullptr;
  JackPort* midiIn = nullptr;
  std::vector<std::vector<float>> piece;
  std::vector<float> recorded;
  std::vector<TapeMidi> midi;
  std::vector<TapeMidi> midiRecorded;
  int64_t frames = 0;
  size_t midiNext = 0;
  std::atomic<int64_t> position{0};  // of the next period, in frames of the recording
  std::atomic<bool> playing{false};
  std::atomic<int> xruns{0};

  int64_t end() const { return static_cast<int64_t>(recorded.size() / inputs.size()); }
};

/** JACK's process callback; `tape` is a Tape. [audio-thread] */
int ProcessTape(JackFrames count, void* tape);

/** JACK's xrun callback: counts those while it plays. */
int CountXrun(void* tape);

}  // namespace jambridge::bench
