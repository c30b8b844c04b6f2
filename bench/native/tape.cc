#include "bench/native/tape.h"

#include <cstring>

namespace jambridge::bench {
namespace {

void PlayAudio(Tape& tape, int64_t from, JackFrames count) {
  for (size_t channel = 0; channel < tape.outputs.size(); channel++) {
    float* out = static_cast<float*>(tape.jack.portGetBuffer(tape.outputs[channel], count));
    for (int64_t i = 0; i < count; i++) {
      const int64_t frame = from + i;
      out[i] = frame >= 0 && frame < tape.frames ? tape.piece[channel][static_cast<size_t>(frame)] : 0.0F;
    }
  }
}

void RecordAudio(Tape& tape, int64_t from, JackFrames count) {
  const size_t channels = tape.inputs.size();
  for (size_t channel = 0; channel < channels; channel++) {
    const float* in = static_cast<const float*>(tape.jack.portGetBuffer(tape.inputs[channel], count));
    for (int64_t i = 0; i < count && from >= 0 && from + i < tape.end(); i++) {
      tape.recorded[static_cast<size_t>(from + i) * channels + channel] = in[i];
    }
  }
}

void PlayMidi(Tape& tape, int64_t from, JackFrames count) {
  void* buffer = tape.jack.portGetBuffer(tape.midiOut, count);
  tape.jack.midiClearBuffer(buffer);
  for (; tape.midiNext < tape.midi.size() && tape.midi[tape.midiNext].frame < from + count; tape.midiNext++) {
    const TapeMidi& event = tape.midi[tape.midiNext];
    tape.jack.midiEventWrite(buffer, static_cast<JackFrames>(event.frame - from), event.bytes, event.size);
  }
}

void RecordMidi(Tape& tape, int64_t from, JackFrames count) {
  void* buffer = tape.jack.portGetBuffer(tape.midiIn, count);
  const JackFrames events = tape.jack.midiGetEventCount(buffer);
  for (JackFrames i = 0; i < events; i++) {
    JackMidiEvent event{};
    if (tape.jack.midiEventGet(&event, buffer, i) != 0 || event.size > 3 || event.size == 0) continue;
    if (tape.midiRecorded.size() == kTapeMidiMax) return;
    TapeMidi& kept = tape.midiRecorded.emplace_back();
    kept.frame = from + event.time;
    kept.size = static_cast<uint8_t>(event.size);
    memcpy(kept.bytes, event.buffer, event.size);
  }
}

}  // namespace

int ProcessTape(JackFrames count, void* context) {
  Tape& tape = *static_cast<Tape*>(context);
  const bool playing = tape.playing.load(std::memory_order_acquire);
  // Before the piece begins, everything is silent and nothing is kept.
  const int64_t from = playing ? tape.position.load(std::memory_order_relaxed) : -static_cast<int64_t>(count);
  PlayAudio(tape, from, count);
  PlayMidi(tape, from, count);
  if (!playing) return 0;
  RecordAudio(tape, from, count);
  RecordMidi(tape, from, count);
  tape.position.store(from + count, std::memory_order_release);
  return 0;
}

int CountXrun(void* context) {
  Tape& tape = *static_cast<Tape*>(context);
  if (tape.playing.load(std::memory_order_relaxed)) tape.xruns.fetch_add(1, std::memory_order_relaxed);
  return 0;
}

}  // namespace jambridge::bench
