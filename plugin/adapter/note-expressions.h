// Note expressions as MIDI 1.0 can say them. A host's expression is about one note; MIDI has one message for
// that, the pressure of a key. Everything else it says of a whole channel, which is the same while one note
// sounds on it: MPE. So:
//
//   pressure     poly pressure of the key; channel pressure when it is about the channel
//   tuning       pitch bend, by the channel's range (RPN 0; 48 semitones in an MPE zone, 2 otherwise)
//   volume, pan, vibrato, expression, brightness      CC 7, 10, 1, 11, 74
//
// but of these all but the first only for the one note of a channel, or for the channel. What can't be said
// without touching other notes is not said.
#pragma once

#include <array>
#include <cstdint>

namespace jambridge {

enum class Expression : uint8_t { kVolume, kPan, kTuning, kVibrato, kExpression, kBrightness, kPressure };

/// Whom an expression is about; -1: not said.
struct NoteAddress {
  int32_t noteId;
  int32_t channel;
  int32_t key;
};

class NoteExpressions {
 public:
  NoteExpressions() { Clear(); }

  /// No note sounds, nothing is known of any channel. [main-thread, inactive]
  void Clear();

  /// Takes note of a message that goes to the plugin. [audio-thread]
  void Observe(const uint8_t* message, uint32_t sizeBytes);

  /// The host's number for the note that just began. [audio-thread]
  void Name(uint8_t channel, uint8_t key, int32_t noteId);

  /// Fills in channel and key of a note that is known by its number; false: such a note is not known, or a
  /// channel or key is none. Key -1: a whole channel. [audio-thread]
  bool Resolve(NoteAddress& whom) const;

  /// Writes the message that says it; its size, or 0. Values as in CLAP: volume as a factor, pan 0..1,
  /// tuning in semitones, the others 0..1. [audio-thread]
  uint32_t Say(Expression what, NoteAddress whom, double value, uint8_t (&message)[3]) const;

 private:
  struct Channel {
    std::array<uint64_t, 2> sounding;
    uint8_t rpnHigh;
    uint8_t rpnLow;
    uint8_t bendSemitones;
    bool Sounds(uint32_t key) const { return (sounding[key >> 6] >> (key & 63) & 1) != 0; }
  };
  struct Named {
    int32_t noteId;
    uint8_t channel;
    uint8_t key;
  };

  void ObserveController(uint8_t channel, uint8_t number, uint8_t value);
  void ConfigureMpe(uint8_t channel, uint8_t members);

  std::array<Channel, 16> channels_;
  std::array<Named, 2048> named_;  // by the lowest bits of the number
};

}  // namespace jambridge
