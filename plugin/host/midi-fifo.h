// The plugin's MIDI on its way from the audio thread to the main thread.
//
// Owner: HostRun. One producer, one consumer, wait-free. Records: frame, size, bytes. A message
// that does not fit is refused whole.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace jambridge::host {

class MidiFifo {
 public:
  explicit MidiFifo(size_t bytesMin) : capacity_(std::bit_ceil(bytesMin)), bytes_(capacity_) {}

  /** False: no room. [audio-thread] */
  bool Write(uint64_t frame, const uint8_t* data, uint32_t size) {
    const size_t at = written_.load(std::memory_order_relaxed);
    const size_t used = at - read_.load(std::memory_order_acquire);
    if (kHeaderBytes + size > capacity_ - used) return false;
    Put(at, &frame, sizeof frame);
    Put(at + sizeof frame, &size, sizeof size);
    Put(at + kHeaderBytes, data, size);
    // SYNC POINT midi-written: publishes the record to Read().
    written_.store(at + kHeaderBytes + size, std::memory_order_release);
    return true;
  }

  /** False: empty. [main-thread] */
  bool Read(uint64_t& frame, std::vector<uint8_t>& message) {
    const size_t at = read_.load(std::memory_order_relaxed);
    if (written_.load(std::memory_order_acquire) == at) return false;
    uint32_t size = 0;
    Get(at, &frame, sizeof frame);
    Get(at + sizeof frame, &size, sizeof size);
    message.resize(size);
    Get(at + kHeaderBytes, message.data(), size);
    // SYNC POINT midi-read: gives the room back to Write().
    read_.store(at + kHeaderBytes + size, std::memory_order_release);
    return true;
  }

 private:
  static constexpr size_t kHeaderBytes = sizeof(uint64_t) + sizeof(uint32_t);

  void Put(size_t at, const void* source, size_t count) {
    const size_t start = at & (capacity_ - 1);
    const size_t first = count < capacity_ - start ? count : capacity_ - start;
    std::memcpy(bytes_.data() + start, source, first);
    if (count > first) std::memcpy(bytes_.data(), static_cast<const uint8_t*>(source) + first, count - first);
  }
  void Get(size_t at, void* dest, size_t count) const {
    const size_t start = at & (capacity_ - 1);
    const size_t first = count < capacity_ - start ? count : capacity_ - start;
    if (first > 0) std::memcpy(dest, bytes_.data() + start, first);
    if (count > first) std::memcpy(static_cast<uint8_t*>(dest) + first, bytes_.data(), count - first);
  }

  const size_t capacity_;  // a power of two
  std::vector<uint8_t> bytes_;
  alignas(64) std::atomic<size_t> written_{0};
  alignas(64) std::atomic<size_t> read_{0};
};

}  // namespace jambridge::host
