// Frames between the file side (main thread) and the audio thread.
//
// Owner: HostRun. One producer, one consumer, wait-free; planar float32. What does not fit is not
// written, what is not there is not read: the caller decides whether to wait or to count.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace jambridge::host {

class AudioFifo {
 public:
  /** Room for at least `framesMin` frames. */
  AudioFifo(uint32_t channels, size_t framesMin)
      : capacity_(std::bit_ceil(framesMin)), channels_(channels), samples_(capacity_ * channels) {}

  /** Frames that can be written now. [producer] */
  size_t Space() const {
    return capacity_ - (written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire));
  }
  /** Frames that can be read now. [consumer] */
  size_t Available() const {
    return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_relaxed);
  }

  /** Writes up to `frames`; returns how many. [producer] */
  size_t Write(const float* const* channels, size_t frames) {
    const size_t count = std::min(frames, Space());
    const size_t at = written_.load(std::memory_order_relaxed);
    Copy(at, count, [&](uint32_t c, size_t ring, size_t offset, size_t n) {
      std::memcpy(Ring(c) + ring, channels[c] + offset, n * sizeof(float));
    });
    // SYNC POINT fifo-written: publishes the samples to Available().
    written_.store(at + count, std::memory_order_release);
    return count;
  }

  /** Reads up to `frames`; returns how many. [consumer] */
  size_t Read(float* const* channels, size_t frames) {
    const size_t count = std::min(frames, Available());
    const size_t at = read_.load(std::memory_order_relaxed);
    Copy(at, count, [&](uint32_t c, size_t ring, size_t offset, size_t n) {
      std::memcpy(channels[c] + offset, Ring(c) + ring, n * sizeof(float));
    });
    // SYNC POINT fifo-read: gives the room back to Space().
    read_.store(at + count, std::memory_order_release);
    return count;
  }

  size_t capacity() const { return capacity_; }
  uint32_t channels() const { return channels_; }

 private:
  float* Ring(uint32_t channel) { return samples_.data() + channel * capacity_; }

  template <typename CopyPiece>
  void Copy(size_t at, size_t count, const CopyPiece& copyPiece) const {
    const size_t start = at & (capacity_ - 1);
    const size_t first = std::min(count, capacity_ - start);
    for (uint32_t c = 0; c < channels_; ++c) {
      if (first > 0) copyPiece(c, start, size_t{0}, first);
      if (count > first) copyPiece(c, size_t{0}, first, count - first);
    }
  }

  const size_t capacity_;  // a power of two
  const uint32_t channels_;
  std::vector<float> samples_;
  alignas(64) std::atomic<size_t> written_{0};
  alignas(64) std::atomic<size_t> read_{0};
};

}  // namespace jambridge::host
