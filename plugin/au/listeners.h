// Those who want to hear of property changes, and of renders.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <vector>

#include "plugin/au/apple.h"

namespace jambridge::au {

class PropertyListeners {
 public:
  void Add(AudioUnitPropertyID property, AudioUnitPropertyListenerProc proc, void* context) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({property, proc, context});
  }

  /// `context` nullptr: whatever it was.
  void Remove(AudioUnitPropertyID property, AudioUnitPropertyListenerProc proc, const void* context,
              bool anyContext) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const Entry& entry) {
      return entry.property == property && entry.proc == proc && (anyContext || entry.context == context);
    });
  }

  /// [main-thread, notifier-thread]
  void Tell(AudioUnit unit, AudioUnitPropertyID property, AudioUnitScope scope, AudioUnitElement element) {
    std::vector<Entry> told;
    {
      const std::lock_guard lock(mutex_);
      told = entries_;  // a listener may come back with calls of its own
    }
    for (const Entry& entry : told) {
      if (entry.property == property) entry.proc(entry.context, unit, property, scope, element);
    }
  }

 private:
  struct Entry {
    AudioUnitPropertyID property;
    AudioUnitPropertyListenerProc proc;
    void* context;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

/// Called before and after each render. Bounded, for [audio-thread] reads it without a lock.
class RenderListeners {
 public:
  bool Add(AURenderCallback proc, void* context) {
    for (Entry& entry : entries_) {
      if (entry.proc.load(std::memory_order_relaxed) != nullptr) continue;
      entry.context.store(context, std::memory_order_relaxed);
      // SYNC POINT render-listener (other end: Tell): whoever sees the function sees its context.
      entry.proc.store(proc, std::memory_order_release);
      return true;
    }
    return false;
  }

  void Remove(AURenderCallback proc, const void* context) {
    for (Entry& entry : entries_) {
      const bool same = entry.proc.load(std::memory_order_relaxed) == proc &&
                        entry.context.load(std::memory_order_relaxed) == context;
      if (same) entry.proc.store(nullptr, std::memory_order_release);
    }
  }

  /// [audio-thread]
  void Tell(AudioUnitRenderActionFlags flags, const AudioTimeStamp* time, UInt32 bus, UInt32 frames,
            AudioBufferList* data) {
    for (Entry& entry : entries_) {
      // SYNC POINT render-listener (other end: Add).
      const AURenderCallback proc = entry.proc.load(std::memory_order_acquire);
      if (proc != nullptr)
        proc(entry.context.load(std::memory_order_relaxed), &flags, time, bus, frames, data);
    }
  }

 private:
  struct Entry {
    std::atomic<AURenderCallback> proc{nullptr};
    std::atomic<void*> context{nullptr};
  };
  std::array<Entry, 8> entries_;
};

}  // namespace jambridge::au
