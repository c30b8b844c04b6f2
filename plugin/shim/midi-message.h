// What a MIDI 1.0 message may look like. The segment's bytes are a stranger's: only well-formed messages
// reach the host.
#pragma once

#include <cstdint>

namespace jambridge {

/** Bytes of a message with this status; 0 for system exclusive (any) and for undefined ones. */
constexpr uint32_t MidiMessageBytes(uint8_t status) {
  if (status < 0x80) return 0;
  if (status < 0xF0) return (status & 0xE0U) == 0xC0U ? 2 : 3;
  switch (status) {
    case 0xF1:
    case 0xF3:
      return 2;
    case 0xF2:
      return 3;
    case 0xF6:
    case 0xF8:
    case 0xFA:
    case 0xFB:
    case 0xFC:
    case 0xFE:
    case 0xFF:
      return 1;
    default:
      return 0;
  }
}

/** One whole message, and nothing behind it. [audio-thread] */
inline bool IsMidiMessage(const uint8_t* data, uint32_t size) {
  if (size == 0) return false;
  const bool exclusive = data[0] == 0xF0;
  if (exclusive ? size < 2 || data[size - 1] != 0xF7 : size != MidiMessageBytes(data[0])) return false;
  uint32_t bits = 0;
  for (uint32_t i = 1; i < size - (exclusive ? 1 : 0); i++) bits |= data[i];
  return bits < 0x80;
}

inline bool IsNoteOff(const uint8_t* data, uint32_t size) {
  return size == 3 && ((data[0] & 0xF0U) == 0x80U || ((data[0] & 0xF0U) == 0x90U && data[2] == 0));
}

}  // namespace jambridge
