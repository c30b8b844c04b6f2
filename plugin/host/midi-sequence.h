// MIDI messages at frames, in order: what a MIDI file becomes, and what a run's output is kept in.
#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

namespace jambridge::host {

/** Bytes of a message that begins with `status`; 0 for SysEx, undefined and data bytes. [any-thread] */
constexpr uint32_t MessageBytes(uint8_t status) {
  if (status < 0x80) return 0;
  if (status < 0xF0) return (status & 0xE0) == 0xC0 ? 2 : 3;
  constexpr uint8_t kSystem[16] = {0, 2, 3, 2, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1};
  return kSystem[status & 15];
}

/** One whole message. `start` counts bytes in its sequence's arena. */
struct MidiEvent {
  uint64_t frame;
  uint32_t start;
  uint32_t size;
};

class MidiSequence {
 public:
  /** Appends; frames must not fall. Copies the bytes. [main-thread] */
  void Add(uint64_t frame, std::span<const uint8_t> message) {
    assert(events_.empty() || events_.back().frame <= frame);
    events_.push_back({frame, static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(message.size())});
    bytes_.insert(bytes_.end(), message.begin(), message.end());
  }
  const std::vector<MidiEvent>& events() const { return events_; }
  /** The event's bytes, valid until the next Add(). [any-thread] */
  std::span<const uint8_t> Bytes(const MidiEvent& event) const {
    return std::span(bytes_).subspan(event.start, event.size);
  }

 private:
  std::vector<MidiEvent> events_;
  std::vector<uint8_t> bytes_;
};

}  // namespace jambridge::host
