// A piece of the take: the same stretch of the song for every channel, and the MIDI events in it.
//
//   MIDI, in no order: u16 frame within the chunk | u16 size | bytes | padding to 2
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace jambridge {

inline constexpr uint32_t kTakeChunkFramesLog2 = 14;
inline constexpr uint32_t kTakeChunkFrames = 1U << kTakeChunkFramesLog2;  // a third of a second at 48 kHz
inline constexpr uint32_t kTakeMidiBytes = 8192;                          // of a chunk: 1000 short events

class TakeChunk {
 public:
  /** Silent and empty. [keeper-thread] */
  explicit TakeChunk(uint32_t channels) : samples_(static_cast<size_t>(channels) * kTakeChunkFrames) {}

  static constexpr size_t BytesFor(uint32_t channels) {
    return sizeof(TakeChunk) + static_cast<size_t>(channels) * kTakeChunkFrames * sizeof(float);
  }

  /** [keeper-thread] */
  void Clear() {
    samples_.assign(samples_.size(), 0.0F);
    midiBytes_ = 0;
  }

  float* channel(uint32_t index) { return samples_.data() + static_cast<size_t>(index) * kTakeChunkFrames; }

  /** False: no room. [audio-thread] */
  bool AddMidi(uint32_t frame, const uint8_t* data, uint32_t size) {
    const uint32_t stride = StrideOf(size);
    if (size > kTakeMidiBytes || stride > kTakeMidiBytes - midiBytes_) return false;
    const MidiHeader header = {static_cast<uint16_t>(frame), static_cast<uint16_t>(size)};
    std::memcpy(midi_.data() + midiBytes_, &header, sizeof header);
    std::memcpy(midi_.data() + midiBytes_ + sizeof header, data, size);
    midiBytes_ += stride;
    return true;
  }

  /** Forgets the events of [from, to). [audio-thread] */
  void EraseMidi(uint32_t from, uint32_t to) {
    uint32_t kept = 0;
    for (uint32_t at = 0; at < midiBytes_;) {
      const MidiHeader header = HeaderAt(at);
      const uint32_t stride = StrideOf(header.size);
      if (header.frame < from || header.frame >= to) {
        if (kept != at) std::memmove(midi_.data() + kept, midi_.data() + at, stride);
        kept += stride;
      }
      at += stride;
    }
    midiBytes_ = kept;
  }

  /** Calls visit(frame within the chunk, data, size) for the events of [from, to). [audio-thread] */
  template <typename Visit>
  void VisitMidi(uint32_t from, uint32_t to, Visit&& visit) const {
    for (uint32_t at = 0; at < midiBytes_;) {
      const MidiHeader header = HeaderAt(at);
      if (header.frame >= from && header.frame < to) {
        visit(uint32_t{header.frame}, midi_.data() + at + sizeof header, uint32_t{header.size});
      }
      at += StrideOf(header.size);
    }
  }

 private:
  struct MidiHeader {
    uint16_t frame;
    uint16_t size;
  };
  static constexpr uint32_t StrideOf(uint32_t size) {
    return static_cast<uint32_t>(sizeof(MidiHeader)) + ((size + 1) & ~1U);
  }
  MidiHeader HeaderAt(uint32_t at) const {
    MidiHeader header;
    std::memcpy(&header, midi_.data() + at, sizeof header);
    return header;
  }

  std::vector<float> samples_;  // planar
  std::array<uint8_t, kTakeMidiBytes> midi_;
  uint32_t midiBytes_ = 0;
};

}  // namespace jambridge
