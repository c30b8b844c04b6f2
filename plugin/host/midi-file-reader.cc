#include <algorithm>
#include <limits>

#include "plugin/host/host-error.h"
#include "plugin/host/midi-file.h"
#include "plugin/host/midi-track-reader.h"

namespace jambridge::host {

namespace {

constexpr uint32_t kHeaderId = 0x4D546864;  // "MThd", big-endian as all of the file
constexpr uint32_t kTrackId = 0x4D54726B;   // "MTrk"
constexpr uint32_t kTempoUsDefault = 500000;
constexpr uint64_t kSecondsMax = 1000000000;  // 31 years: keeps every product below 2^64

uint32_t LoadBe32(std::span<const uint8_t> file, size_t at) {
  return static_cast<uint32_t>(file[at]) << 24 | static_cast<uint32_t>(file[at + 1]) << 16 |
         static_cast<uint32_t>(file[at + 2]) << 8 | file[at + 3];
}

uint16_t LoadBe16(std::span<const uint8_t> file, size_t at) {
  return static_cast<uint16_t>(file[at] << 8 | file[at + 1]);
}

/** Time in whole units, so that no rounding piles up: a tick is `unitsPerTick`, a second `unitsPerSecond`. */
struct TimeBase {
  uint64_t unitsPerTick;
  uint64_t unitsPerSecond;
  bool tempoCounts;  // SMPTE divisions ignore the tempo
};

TimeBase ReadTimeBase(uint16_t division, const std::string& name) {
  if ((division & 0x8000) == 0) {
    if (division == 0) Fail(name + ": a division of 0 ticks per quarter note at byte 12");
    return {kTempoUsDefault, division * uint64_t{1000000}, true};
  }
  const int fps = 256 - (division >> 8);
  const uint64_t ticksPerFrame = division & 0xFF;
  if (ticksPerFrame == 0) Fail(name + ": a division of 0 ticks per SMPTE frame at byte 12");
  if (fps == 29) return {1001, 30000 * ticksPerFrame, false};  // 29.97
  if (fps == 24 || fps == 25 || fps == 30) return {1, static_cast<uint64_t>(fps) * ticksPerFrame, false};
  Fail(name + ": unknown SMPTE frame rate " + std::to_string(fps) + " at byte 12");
}

/** Walks ticks in order, exactly. */
class TickClock {
 public:
  TickClock(TimeBase base, uint32_t rate, const std::string& name) : base_(base), rate_(rate), name_(name) {}

  void MoveTo(uint64_t tick) {
    const uint64_t ticks = tick - tick_;
    const uint64_t unitsMax = std::numeric_limits<uint64_t>::max() / 4;
    if (ticks > (unitsMax - units_) / base_.unitsPerTick)
      Fail(name_ + ": the song is longer than can be counted");
    units_ += ticks * base_.unitsPerTick;
    if (units_ / base_.unitsPerSecond > kSecondsMax) Fail(name_ + ": the song is longer than can be counted");
    tick_ = tick;
  }
  void SetTempo(uint32_t tempoUs) {
    if (base_.tempoCounts) base_.unitsPerTick = tempoUs;
  }
  /** The nearest frame. The remainder times the rate stays below 2^55, so nothing overflows. */
  uint64_t Frame() const {
    const uint64_t seconds = units_ / base_.unitsPerSecond;
    const uint64_t rest = units_ % base_.unitsPerSecond;
    return seconds * rate_ + (rest * rate_ + base_.unitsPerSecond / 2) / base_.unitsPerSecond;
  }
  double Seconds() const { return static_cast<double>(units_) / static_cast<double>(base_.unitsPerSecond); }

 private:
  TimeBase base_;
  const uint32_t rate_;
  const std::string& name_;
  uint64_t tick_ = 0;
  uint64_t units_ = 0;
};

MidiTrackEvents ReadTracks(std::span<const uint8_t> file, size_t at, uint32_t trackCount,
                           const std::string& name) {
  MidiTrackEvents all;
  for (uint32_t track = 0; track < trackCount;) {
    if (file.size() - at < 8) {
      Fail(name + ": truncated MIDI file: the header says " + std::to_string(trackCount) +
           " tracks, the file ends at byte " + std::to_string(file.size()) + " after " +
           std::to_string(track));
    }
    const uint32_t id = LoadBe32(file, at);
    const uint32_t bytes = LoadBe32(file, at + 4);
    const size_t begin = at + 8;
    if (bytes > file.size() - begin) {
      Fail(name + ": truncated MIDI file: the chunk at byte " + std::to_string(at) + " says " +
           std::to_string(bytes) + " bytes, " + std::to_string(file.size() - begin) + " are there");
    }
    at = begin + bytes;
    if (id != kTrackId) continue;  // unknown chunks are to be skipped
    ReadMidiTrack(file, begin, at, name, all);
    ++track;
  }
  return all;
}

}  // namespace

MidiSong ReadMidiFile(std::span<const uint8_t> file, const std::string& name, uint32_t rate) {
  if (file.size() > kMidiFileBytesMax) {
    Fail(name + " has " + std::to_string(file.size()) + " bytes; MIDI files of at most " +
         std::to_string(kMidiFileBytesMax) + " are read");
  }
  if (file.size() < 14 || LoadBe32(file, 0) != kHeaderId) {
    Fail(name + ": not a MIDI file: it does not begin with an MThd header of 14 bytes");
  }
  const uint32_t headerBytes = LoadBe32(file, 4);
  if (headerBytes < 6 || headerBytes > file.size() - 8) {
    Fail(name + ": a header of " + std::to_string(headerBytes) + " bytes at byte 4");
  }
  const uint16_t format = LoadBe16(file, 8);
  if (format > 1)
    Fail(name + ": MIDI file format " + std::to_string(format) + ": formats 0 and 1 can be read");
  const uint16_t trackCount = LoadBe16(file, 10);
  const TimeBase base = ReadTimeBase(LoadBe16(file, 12), name);

  MidiTrackEvents tracks = ReadTracks(file, 8 + size_t{headerBytes}, trackCount, name);
  // Stable: at one tick, earlier tracks first, and each track in its own order.
  std::stable_sort(tracks.events.begin(), tracks.events.end(),
                   [](const TrackEvent& a, const TrackEvent& b) { return a.tick < b.tick; });

  MidiSong song;
  TickClock clock(base, rate, name);
  for (const TrackEvent& event : tracks.events) {
    clock.MoveTo(event.tick);
    if (event.kind == TrackEvent::kMessage) {
      song.sequence.Add(clock.Frame(), std::span(tracks.bytes).subspan(event.start, event.size));
    } else if (event.kind == TrackEvent::kTempo) {
      clock.SetTempo(event.start);
      song.tempo.Add(clock.Seconds(), 60e6 / event.start);
    } else if (event.tick == 0) {
      song.signatureNumerator = event.start & 0xFFFF;
      song.signatureDenominator = event.start >> 16;
    }
  }
  clock.MoveTo(tracks.endTick);
  song.endFrame = clock.Frame();
  return song;
}

}  // namespace jambridge::host
