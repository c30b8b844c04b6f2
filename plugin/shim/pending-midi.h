// MIDI events that wait for their frame: a heap by frame, and by arrival among equals. Allocated once.
#pragma once

#include <cstdint>
#include <vector>

#include "plugin/shim/byte-fifo.h"

namespace jambridge {

inline constexpr uint32_t kPendingEventsMax = 4096;
inline constexpr uint32_t kPendingLongBytes = 256 * 1024;  // for messages that are longer than an entry

class PendingMidi {
 public:
  struct Event {
    uint64_t frame;  // absolute
    uint32_t size;
    const uint8_t* data;  // valid until Pop or Clear
  };

  /** [main-thread] */
  PendingMidi() : long_(kPendingLongBytes, kPendingEventsMax) { heap_.reserve(kPendingEventsMax); }

  /**
   * Room for one event of `size` bytes, to be filled and then either Commit()ted or Abandon()ed; nullptr:
   * no room for now. [audio-thread]
   */
  uint8_t* Reserve(uint32_t size);
  void Commit(uint64_t frame, uint32_t size);
  void Abandon();

  /** False: no room. [audio-thread] */
  bool Push(uint64_t frame, const uint8_t* data, uint32_t size);

  static constexpr bool CouldEverHold(uint32_t size) { return size <= kPendingLongBytes; }

  bool Empty() const { return heap_.empty(); }
  uint32_t size() const { return static_cast<uint32_t>(heap_.size()); }

  /** The earliest event. Only when not Empty(). [audio-thread] */
  Event Top();
  void Pop();
  void Clear();

 private:
  static constexpr uint32_t kInlineBytes = 8;
  struct Entry {
    uint64_t frame;
    uint32_t order;
    uint32_t size;
    ByteFifo::Room room;  // in long_, for more than kInlineBytes
    uint8_t bytes[kInlineBytes];
  };
  static bool Later(const Entry& a, const Entry& b) {
    // Orders are compared wrap-safely: never are 2^31 events pending.
    return a.frame != b.frame ? a.frame > b.frame : static_cast<int32_t>(a.order - b.order) > 0;
  }

  uint8_t* BytesOf(Entry& entry) {
    return entry.room.item == ByteFifo::kNone ? entry.bytes : long_.At(entry.room.offset);
  }

  std::vector<Entry> heap_;
  ByteFifo long_;
  Entry reserved_ = {};
  uint32_t nextOrder_ = 0;
};

}  // namespace jambridge
