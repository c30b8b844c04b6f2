// A piece of a block: process() handles blocks that are longer than announced in several of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "bridge/shm/segment-layout.h"
#include "plugin/shim/plugin.h"

namespace jambridge {

inline constexpr int64_t kSongFrameMax = int64_t{1} << 53;  // beyond is a host's garbage

struct Piece {
  const ProcessArgs* args;
  uint32_t from;    // frames into the block
  uint32_t frames;  // may be 0
  std::span<const InputEvent> events;
  uint64_t frame;   // absolute, of the piece's beginning
  uint64_t timeNs;  // monotonic, when process() began
  bool rendering;   // not in real time: the host says so, or its blocks do

  /** The song's frame at the piece's beginning, while the host plays and says where. */
  std::optional<int64_t> SongFrame() const {
    constexpr uint32_t kRolling = kTransportPlaying | kTransportPositionValid;
    const Transport* transport = args->transport;
    if (transport == nullptr || (transport->flags & kRolling) != kRolling) return std::nullopt;
    if (transport->songFrame > kSongFrameMax || transport->songFrame < -kSongFrameMax) return std::nullopt;
    return transport->songFrame + from;
  }

  /** nullptr: silence. */
  const float* In(uint32_t channel) const {
    return channel < args->channelsIn && args->in[channel] != nullptr ? args->in[channel] + from : nullptr;
  }
  float* Out(uint32_t channel) const {
    return channel < args->channelsOut && args->out[channel] != nullptr ? args->out[channel] + from : nullptr;
  }

  /** Of an event, in this piece: hosts' offsets may lie outside of the block. */
  uint32_t OffsetOf(const InputEvent& event) const {
    const uint32_t last = frames == 0 ? 0 : frames - 1;
    return event.offset <= from ? 0 : std::min(event.offset - from, last);
  }
};

inline const uint8_t* MidiBytes(const InputEvent& event) {
  return event.data != nullptr ? event.data : event.small;
}

/** Whole and short enough to be looked at: a message of more than `small` holds needs `data`. */
inline bool HasMidi(const InputEvent& event) {
  if (event.kind != InputEvent::kMidi || event.size == 0) return false;
  return event.data != nullptr ? event.data[0] >= 0x80 : event.size <= 3 && event.small[0] >= 0x80;
}

}  // namespace jambridge
