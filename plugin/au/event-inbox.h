// What hosts send between renders, from whatever thread: notes, SysEx, parameter points with an offset.
// AudioUnit has no event list that comes with a block.
//
//   producers: any thread     consumer: [audio-thread], once a render
//   full: the event is refused    busy while rendering: what waits comes with the next block
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "plugin/adapter/byte-arena.h"
#include "plugin/adapter/event-batch.h"

namespace jambridge::au {

class EventInbox {
 public:
  /// [main-thread, inactive]
  void Reserve() {
    waiting_.reserve(EventBatch::kEventsMax);
    given_.reserve(EventBatch::kEventsMax);
    for (ByteArena& arena : arenas_) arena.Reserve(EventBatch::kArenaBytes);
  }

  /// [any-thread]
  bool PushMidi(uint32_t offset, const uint8_t* data, uint32_t sizeBytes) {
    const Guard guard(busy_);
    if (waiting_.size() == waiting_.capacity()) return false;
    const uint8_t* copy = arenas_[filling_].Copy(data, sizeBytes);
    if (copy == nullptr) return false;
    waiting_.push_back({offset, 0, 0, copy, sizeBytes});
    return true;
  }

  /// [any-thread]
  bool PushParam(uint32_t offset, uint32_t param, double value) {
    const Guard guard(busy_);
    if (waiting_.size() == waiting_.capacity()) return false;
    waiting_.push_back({offset, param, value, nullptr, 0});
    return true;
  }

  /// Moves what waits into `batch`; its bytes stay until the next call. [audio-thread]
  void Take(EventBatch& batch) {
    // SYNC POINT inbox (other ends: PushMidi, PushParam): whoever holds it sees the list whole.
    if (busy_.test_and_set(std::memory_order_acquire)) return;
    given_.swap(waiting_);
    waiting_.clear();
    filling_ = 1 - filling_;
    arenas_[filling_].Clear();
    busy_.clear(std::memory_order_release);
    for (const Entry& entry : given_) {
      if (entry.data == nullptr) {
        batch.AddParam(entry.offset, entry.param, entry.value);
      } else if (IsLongMidi(entry.data, entry.sizeBytes)) {
        batch.AddSysEx(entry.offset, entry.data, entry.sizeBytes);
      } else {
        batch.AddShort(entry.offset, entry.data, entry.sizeBytes);
      }
    }
  }

 private:
  struct Entry {
    uint32_t offset;
    uint32_t param;
    double value;
    const uint8_t* data;  // null: a parameter point
    uint32_t sizeBytes;
  };

  class Guard {
   public:
    explicit Guard(std::atomic_flag& busy) : busy_(busy) {
      while (busy_.test_and_set(std::memory_order_acquire)) {
      }
    }
    ~Guard() { busy_.clear(std::memory_order_release); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    std::atomic_flag& busy_;
  };

  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
  std::vector<Entry> waiting_;
  std::vector<Entry> given_;
  ByteArena arenas_[2];
  int filling_ = 0;
};

}  // namespace jambridge::au
