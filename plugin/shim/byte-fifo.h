// Contiguous room for messages of any length, taken roughly in the order in which it is given back.
// Allocated once; no locks; one thread. Room that is given back out of order becomes free with its elders.
#pragma once

#include <cstdint>
#include <vector>

namespace jambridge {

class ByteFifo {
 public:
  struct Room {
    uint32_t offset;
    uint32_t item;  // kNone: no room for now
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  /** [main-thread] */
  ByteFifo(uint32_t bytes, uint32_t itemsMax) : bytes_(bytes), items_(itemsMax) {}

  uint32_t capacity() const { return static_cast<uint32_t>(bytes_.size()); }

  /** `size` bytes in a row. [audio-thread] */
  Room Take(uint32_t size) {
    if (count_ == items_.size() || size == 0 || size > capacity()) return {0, kNone};
    if (count_ == 0) head_ = 0;
    // In use is [tail, head), around the end if head <= tail; what is left at the end may be too short.
    const uint32_t tail = count_ == 0 ? 0 : items_[first_].offset;
    const bool wrapped = count_ != 0 && head_ <= tail;
    uint32_t offset = head_;
    if (wrapped) {
      if (size > tail - head_) return {0, kNone};
    } else if (size > capacity() - head_) {
      if (size > tail) return {0, kNone};
      offset = 0;
    }
    const auto item = static_cast<uint32_t>((first_ + count_) % items_.size());
    items_[item] = {offset, true};
    count_++;
    head_ = offset + size;
    return {offset, item};
  }

  /** [audio-thread] */
  void GiveBack(const Room& room) {
    items_[room.item].used = false;
    while (count_ != 0 && !items_[first_].used) {
      first_ = static_cast<uint32_t>((first_ + 1) % items_.size());
      count_--;
    }
  }

  void Clear() { first_ = count_ = head_ = 0; }

  uint8_t* At(uint32_t offset) { return bytes_.data() + offset; }

 private:
  struct Item {
    uint32_t offset;
    bool used;
  };
  std::vector<uint8_t> bytes_;
  std::vector<Item> items_;  // ring: the oldest at first_
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  uint32_t head_ = 0;
};

}  // namespace jambridge
