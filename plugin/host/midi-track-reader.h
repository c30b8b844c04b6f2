// One MTrk chunk to timed events: delta times, running status, SysEx pieces, escapes, metas.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace jambridge::host {

/** A message or a meta event at a tick. Bytes lie in MidiTrackEvents::bytes. */
struct TrackEvent {
  enum Kind : uint8_t { kMessage, kTempo, kSignature };
  uint64_t tick;
  uint32_t start;  // kMessage: byte index; kTempo: us per quarter; kSignature: numerator | denominator << 16
  uint32_t size;
  Kind kind;
};

/** All tracks' events, track after track. */
struct MidiTrackEvents {
  std::vector<TrackEvent> events;
  std::vector<uint8_t> bytes;
  uint64_t endTick = 0;  // the latest end of a track
};

/**
 * Appends the track in file[begin, end). Throws HostError naming the byte. [main-thread]
 */
void ReadMidiTrack(std::span<const uint8_t> file, size_t begin, size_t end, const std::string& name,
                   MidiTrackEvents& out);

}  // namespace jambridge::host
