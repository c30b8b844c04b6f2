// Values that a VST3 processor reports while it runs, on their way to its controller: the host has to
// carry them from the audio thread to the main thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>

namespace jambridge::host {

class Vst3Readback {
 public:
  /** [main-thread, before processing] */
  void Add(uint32_t id) { entries_.emplace_back(id); }

  /** The newest value wins. Wait-free. [audio-thread] */
  void Store(uint32_t id, double value) {
    for (Entry& entry : entries_) {
      if (entry.id != id) continue;
      entry.value.store(value, std::memory_order_relaxed);
      entry.changed.store(true, std::memory_order_release);
    }
  }

  /** Calls `set(id, value)` for what changed. [main-thread] */
  template <typename Set>
  void Serve(const Set& set) {
    for (Entry& entry : entries_) {
      if (entry.changed.exchange(false, std::memory_order_acquire)) {
        set(entry.id, entry.value.load(std::memory_order_relaxed));
      }
    }
  }

 private:
  struct Entry {
    explicit Entry(uint32_t parameter) : id(parameter) {}
    const uint32_t id;
    std::atomic<double> value{0};
    // SYNC POINT readback: [audio-thread] stores value then changed (release), [main-thread] takes (acquire).
    std::atomic<bool> changed{false};
  };
  std::deque<Entry> entries_;  // atomics don't move
};

}  // namespace jambridge::host
