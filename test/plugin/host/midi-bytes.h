// MIDI files in memory, made by hand.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "plugin/host/host-error.h"
#include "plugin/host/midi-file.h"

namespace jambridge::test {

using Bytes = std::vector<uint8_t>;

inline void PutBe(Bytes& bytes, uint32_t value, int count) {
  for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<uint8_t>(value >> 8 * i));
}

inline Bytes Chunk(const char* id, const Bytes& body) {
  Bytes bytes(id, id + 4);
  PutBe(bytes, static_cast<uint32_t>(body.size()), 4);
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

inline Bytes MakeSmf(uint16_t format, uint16_t division, std::initializer_list<Bytes> tracks) {
  Bytes header;
  PutBe(header, format, 2);
  PutBe(header, static_cast<uint32_t>(tracks.size()), 2);
  PutBe(header, division, 2);
  Bytes bytes = Chunk("MThd", header);
  for (const Bytes& track : tracks) {
    const Bytes chunk = Chunk("MTrk", track);
    bytes.insert(bytes.end(), chunk.begin(), chunk.end());
  }
  return bytes;
}

/** frame: bytes in hex, one message after the other: "0:90 3c 40|24000:80 3c 00". */
inline std::string Describe(const host::MidiSong& song) {
  std::string text;
  for (const host::MidiEvent& event : song.sequence.events()) {
    if (!text.empty()) text += '|';
    text.append(std::to_string(event.frame)).append(":");
    for (const uint8_t byte : song.sequence.Bytes(event)) {
      static const char kDigits[] = "0123456789abcdef";
      if (text.back() != ':') text += ' ';
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    }
  }
  return text;
}

inline std::string SmfRefusal(const Bytes& bytes) {
  try {
    host::ReadMidiFile(bytes, "test.mid", 48000);
    return "";
  } catch (const host::HostError& error) {
    return error.what();
  }
}

}  // namespace jambridge::test
