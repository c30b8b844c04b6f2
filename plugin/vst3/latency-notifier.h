// One thread a process that tells hosts of a latency changed by [audio-thread].
//
// VST3 wants this told on the UI thread, which a plugin without a window can not reach. The polite
// way is an output parameter that the host hands back to the controller; hosts without a running UI
// (a headless Ardour) never do. So what is still untold after two polls is told from here.
#pragma once

namespace jambridge::vst3 {

class LatencyWatched {
 public:
  virtual bool TryRetain() = 0;  // false: already being destroyed
  virtual void ReleaseRetained() = 0;
  virtual void PollLatency() = 0;  // [notifier-thread]

 protected:
  ~LatencyWatched() = default;
};

/// The thread starts with the first watched instance and sleeps for good when there is none. Both
/// return at once: they never wait for a poll. [main-thread, notifier-thread]
void WatchLatency(LatencyWatched& instance);
void UnwatchLatency(LatencyWatched& instance);

/// Joins the thread; also done when the module is unloaded without this call. [main-thread]
void StopLatencyNotifier();

}  // namespace jambridge::vst3
