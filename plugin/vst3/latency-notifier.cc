#include "plugin/vst3/latency-notifier.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace jambridge::vst3 {
namespace {

constexpr std::chrono::milliseconds kPollEvery{100};

class Notifier {
 public:
  ~Notifier() { Stop(); }

  void Watch(LatencyWatched& instance) {
    const std::lock_guard lock(mutex_);
    watched_.push_back(&instance);
    if (!thread_.joinable()) {
      stopping_ = false;
      thread_ = std::thread([this] { Run(); });
    }
    wake_.notify_one();
  }

  void Unwatch(LatencyWatched& instance) {
    const std::lock_guard lock(mutex_);
    std::erase(watched_, &instance);
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Run() {
    std::vector<LatencyWatched*> polled;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      wake_.wait(lock, [this] { return stopping_ || !watched_.empty(); });
      wake_.wait_for(lock, kPollEvery, [this] { return stopping_; });
      if (stopping_) return;
      // Polled without the lock, for a host may deactivate the instance from within; the reference
      // taken under the lock keeps the object alive meanwhile.
      std::copy_if(watched_.begin(), watched_.end(), std::back_inserter(polled),
                   [](LatencyWatched* instance) { return instance->TryRetain(); });
      lock.unlock();
      for (LatencyWatched* instance : polled) {
        instance->PollLatency();
        instance->ReleaseRetained();
      }
      polled.clear();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<LatencyWatched*> watched_;
  bool stopping_ = false;
  std::thread thread_;
};

Notifier gNotifier;

}  // namespace

void WatchLatency(LatencyWatched& instance) { gNotifier.Watch(instance); }
void UnwatchLatency(LatencyWatched& instance) { gNotifier.Unwatch(instance); }
void StopLatencyNotifier() { gNotifier.Stop(); }

}  // namespace jambridge::vst3
