// What the host knows of the latency, and whether it has to hear more.
//
// While active the latency stands still; a parameter may only ask for another one, which comes with
// the next activation. So two things have to be told: that a change waits for a restart, and that the
// latency in effect is not the one that the host read last.
#pragma once

#include <atomic>
#include <cstdint>

namespace jambridge::vst3 {

class LatencyReport {
 public:
  /// A change waits for the next activation. [any-thread]
  void NoteChange() { changes_.fetch_add(1, std::memory_order_relaxed); }

  /// The frames in effect. [main-thread, notifier-thread]
  void SetActual(uint32_t frames) { actualFrames_.store(frames, std::memory_order_relaxed); }

  /// Activated or deactivated: nothing waits any more. [main-thread, notifier-thread]
  void SetActive(bool active) {
    applied_.store(changes(), std::memory_order_relaxed);
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
  /// A change was asked for, and the host has not restarted the plugin for it. [any-thread]
  bool waits() const {
    return active_.load(std::memory_order_relaxed) && changes() != applied_.load(std::memory_order_relaxed);
  }
  bool untold() const {
    return (waits() && changes() != told_.load(std::memory_order_relaxed)) ||
           actualFrames_.load(std::memory_order_relaxed) != knownFrames_.load(std::memory_order_relaxed);
  }

  /// True if the host has to be told; counts as told then. [main-thread, notifier-thread]
  bool Take() {
    if (!untold()) return false;
    told_.store(changes(), std::memory_order_relaxed);
    knownFrames_.store(actualFrames_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    return true;
  }

 private:
  // SYNC POINT latency-report: numbers that stand alone, nothing else is published by them.
  std::atomic<uint32_t> changes_{0};
  std::atomic<uint32_t> applied_{0};
  std::atomic<uint32_t> told_{0};
  std::atomic<uint32_t> actualFrames_{0};
  std::atomic<uint32_t> knownFrames_{0};
  std::atomic<bool> active_{false};
};

}  // namespace jambridge::vst3
