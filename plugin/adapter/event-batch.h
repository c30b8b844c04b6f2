// One block's incoming events in the order the shim wants, without an allocation after Reserve().
//
// Hosts hand over notes, controllers, SysEx and parameter points in lists of their own, each with an
// order of its own; the shim takes one list, sorted by offset.
//
//   owner: one adapter instance     threads: [audio-thread], Reserve() apart
//   views: valid until Clear(); long messages also need the host's list, which outlives the block
//   full:  the event is refused (false) and counted in dropped()
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugin/adapter/byte-arena.h"
#include "plugin/adapter/note-expressions.h"
#include "plugin/shim/midi-message.h"
#include "plugin/shim/plugin.h"

namespace jambridge {

class EventBatch {
 public:
  static constexpr size_t kEventsMax = 4096;
  static constexpr size_t kArenaBytes = 64 * 1024;  // only for SysEx that comes without F0 or F7

  /// Takes the memory for a whole activation. [main-thread, inactive]
  void Reserve();

  /// Forgets the events and their bytes. [audio-thread]
  void Clear();

  /// Adds a whole message of 1 to 3 bytes. [audio-thread]
  bool AddShort(uint32_t offset, const uint8_t* data, uint32_t sizeBytes);

  /// Adds a SysEx message that stays where the host has it; one without F0 and F7 is copied and
  /// completed. [audio-thread]
  bool AddSysEx(uint32_t offset, const uint8_t* data, size_t sizeBytes);

  /// Adds what MIDI can say of a note expression. [audio-thread]
  bool AddExpression(uint32_t offset, Expression what, const NoteAddress& whom, double value);

  /// The host's number for the note whose beginning was just added. [audio-thread]
  void NameNote(uint8_t channel, uint8_t key, int32_t noteId) { expressions_.Name(channel, key, noteId); }

  /// Fills in channel and key of a note that the host calls by its number. [audio-thread]
  bool FindNote(NoteAddress& whom) const { return expressions_.Resolve(whom); }

  /// Adds a parameter point with a plain value. [audio-thread]
  bool AddParam(uint32_t offset, uint32_t param, double plain);

  /// Sorts by offset, equals in the order they came, and moves offsets past the block to its last
  /// frame. [audio-thread]
  void Sort(uint32_t frames);

  const InputEvent* events() const { return events_.data(); }
  uint32_t count() const { return static_cast<uint32_t>(events_.size()); }
  uint64_t dropped() const { return dropped_; }

 private:
  bool Add(const InputEvent& event);
  void Permute();

  std::vector<InputEvent> events_;
  std::vector<uint64_t> order_;
  ByteArena arena_;
  NoteExpressions expressions_;
  uint64_t dropped_ = 0;
};

/// SysEx, however short, and whatever else no fixed-size event can hold. [any-thread]
constexpr bool IsLongMidi(const uint8_t* data, uint32_t sizeBytes) {
  return data[0] == 0xF0 || sizeBytes > 3;
}

}  // namespace jambridge
