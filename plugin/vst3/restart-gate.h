// Keeps [audio-thread] out of the core while another thread restarts it.
//
//   audio:   Enter() ? use the core, Leave() : pass the block on without it
//   others:  Close() -> nobody is inside -> restart -> Open()
//
// One audio thread at a time, one closer at a time (the instance's activation lock sees to it).
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace jambridge::vst3 {

class RestartGate {
 public:
  /// False: stay out for this block. Wait-free. [audio-thread]
  bool Enter() {
    // SYNC POINT gate-enter (other end: Close): first "I am inside", then "is it closed?", sequentially
    // consistent against "it is closed", then "is anybody inside?".
    inside_.store(true, std::memory_order_seq_cst);
    // SYNC POINT gate-open (other end: Open): sees the restarted core whole.
    if (!closed_.load(std::memory_order_seq_cst)) return true;
    Leave();
    return false;
  }

  /// SYNC POINT gate-leave (other end: Close): all use of the core comes before the restart.
  /// [audio-thread]
  void Leave() { inside_.store(false, std::memory_order_release); }

  /// Waits for the running block, if any; false, and open again, if that takes too long.
  /// [main-thread, notifier-thread]
  bool Close() {
    closed_.store(true, std::memory_order_seq_cst);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    while (inside_.load(std::memory_order_seq_cst)) {
      if (std::chrono::steady_clock::now() > deadline) {
        Open();
        return false;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    return true;
  }

  /// [main-thread, notifier-thread]
  void Open() { closed_.store(false, std::memory_order_seq_cst); }

 private:
  std::atomic<bool> inside_{false};
  std::atomic<bool> closed_{false};
};

}  // namespace jambridge::vst3
