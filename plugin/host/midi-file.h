// Standard MIDI Files, in and out.
//
// Files that this program writes have, wherever the arithmetic allows, a division and a tempo that
// make one tick last exactly one frame: at 48 kHz 24000 ticks a quarter note at 120 bpm, at
// 44.1 kHz 22050 at 120 bpm, at 96 kHz 24000 at 240 bpm. Then tick numbers are frame numbers, for
// any reader. Odd rates get the finest tick there is, a little shorter than a frame; ticks are
// rounded, and ReadMidiFile() at the same rate still recovers each frame exactly.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "plugin/host/midi-sequence.h"
#include "plugin/host/tempo-map.h"

namespace jambridge::host {

inline constexpr uint64_t kMidiFileBytesMax = 16 * 1024 * 1024;  // bounds the memory of a parsed file

struct MidiSong {
  MidiSequence sequence;
  TempoMap tempo;
  uint32_t signatureNumerator = 4;
  uint32_t signatureDenominator = 4;
  uint64_t endFrame = 0;  // where the longest track ends
};

/**
 * Parses format 0 or 1: tempo map, running status, SysEx in pieces, escapes, SMPTE divisions.
 * Throws HostError with what is wrong and at which byte of `name`. [main-thread]
 */
MidiSong ReadMidiFile(std::span<const uint8_t> file, const std::string& name, uint32_t rate);

struct TickScale {
  uint16_t division;  // ticks per quarter note
  uint32_t tempoUs;   // per quarter note
  bool tickIsFrame;
};

/** The division and tempo used for files at `rate`. [any-thread] */
TickScale TickScaleFor(uint32_t rate);

/** A format 0 file whose track ends at `endFrame`. [main-thread] */
std::vector<uint8_t> WriteMidiFile(const MidiSequence& sequence, uint64_t endFrame, uint32_t rate);

}  // namespace jambridge::host
