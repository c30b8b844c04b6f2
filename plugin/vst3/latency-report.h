// What the host knows of the latency, and whether it has to hear more.
//
// While active the latency stands still; a parameter may only ask for another one, which comes with
// the next activation. So two things make the host's knowledge stale: a change that waits for a
// restart, and a latency in effect that differs from the one it last read.
#pragma once

#include <atomic>
#include <cstdint>

namespace jambridge::vst3 {

class LatencyReport {
 public:
  /// A change waits for the next activation. [any-thread]
  void NoteChange() { changes_.fetch_add(1, std::memory_order_relaxed); }

  /// The frames in effect; at an activation nothing waits any more. [main-thread]
  void SetActual(uint32_t frames) { actualFrames_.store(frames, std::memory_order_relaxed); }
  void SetActive(bool active) {
    told_.store(changes(), std::memory_order_relaxed);
    active_.store(active, std::memory_order_relaxed);
  }

  /// The host reads it: from here on it knows. [main-thread]
  uint32_t Read(uint32_t frames) {
    SetActual(frames);
    knownFrames_.store(frames, std::memory_order_relaxed);
    return frames;
  }

  /// [any-thread]
  uint32_t changes() const { return changes_.load(std::memory_order_relaxed); }
  bool stale() const {
    const bool waits =
        active_.load(std::memory_order_relaxed) && changes() != told_.load(std::memory_order_relaxed);
    return waits ||
           actualFrames_.load(std::memory_order_relaxed) != knownFrames_.load(std::memory_order_relaxed);
  }

  /// True if the host has to be told; counts as told then. [main-thread, notifier-thread]
  bool Take() {
    if (!stale()) return false;
    told_.store(changes(), std::memory_order_relaxed);
    knownFrames_.store(actualFrames_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    return true;
  }

 private:
  // SYNC POINT latency-report: counters that stand alone, nothing else is published by them.
  std::atomic<uint32_t> changes_{0};
  std::atomic<uint32_t> told_{0};
  std::atomic<uint32_t> actualFrames_{0};
  std::atomic<uint32_t> knownFrames_{0};
  std::atomic<bool> active_{false};
};

}  // namespace jambridge::vst3
