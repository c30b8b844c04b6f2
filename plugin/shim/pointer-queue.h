// Pointers from one thread to another. One producer, one consumer; wait-free; full: refused.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace jambridge {

template <typename T, uint32_t kCapacity>
class PointerQueue {
  static_assert((kCapacity & (kCapacity - 1)) == 0);

 public:
  static constexpr uint32_t kCapacityMax = kCapacity;

  /** False: no room, the pointer stays the caller's. [producer] */
  bool Push(T* item) {
    const uint32_t write = write_.load(std::memory_order_relaxed);
    // SYNC POINT queue-room (other end: Pop): the place was read before it is written again.
    if (write - read_.load(std::memory_order_acquire) == kCapacity) return false;
    items_[write % kCapacity] = item;
    // SYNC POINT queue-item (other end: Pop): who sees the position sees the pointer and what it points to.
    write_.store(write + 1, std::memory_order_release);
    return true;
  }

  /** nullptr: empty. [consumer] */
  T* Pop() {
    const uint32_t read = read_.load(std::memory_order_relaxed);
    // SYNC POINT queue-item (other end: Push).
    if (read == write_.load(std::memory_order_acquire)) return nullptr;
    T* item = items_[read % kCapacity];
    // SYNC POINT queue-room (other end: Push).
    read_.store(read + 1, std::memory_order_release);
    return item;
  }

  /** As seen by either end. */
  uint32_t Count() const {
    return write_.load(std::memory_order_acquire) - read_.load(std::memory_order_acquire);
  }

 private:
  std::array<T*, kCapacity> items_ = {};
  std::atomic<uint32_t> write_{0};
  std::atomic<uint32_t> read_{0};
};

}  // namespace jambridge
