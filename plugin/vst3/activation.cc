// Activation, and how a new latency gets into effect and to the host.
#include <algorithm>

#include "plugin/vst3/instance.h"

namespace jambridge::vst3 {
namespace {

constexpr int kPollsBeforeTelling = 2;     // leaves the UI thread the time to do it itself
constexpr int kPollsBeforeRestarting = 5;  // leaves the host the time to reactivate

}  // namespace

v3_result Instance::setActive(v3_bool state) {
  if (state == 0) {
    Deactivate();
    return V3_OK;
  }
  const std::lock_guard lock(activation_);
  if (!active_) {
    input_.Reserve();
    outputBytes_.Reserve(kOutputArenaBytes);
    active_ = ActivateCore();
    if (active_) WatchLatency(*this);
  }
  return active_ ? V3_OK : V3_FALSE;
}

// Under the activation lock, with [audio-thread] not running or kept out.
bool Instance::ActivateCore() {
  const auto blockFramesMax = static_cast<uint32_t>(std::max(setup_.max_block_size, 1));
  core_.Deactivate();
  latency_.SetActive(true);  // before: a change that comes from here on waits
  const bool activated =
      core_.Activate(setup_.sample_rate, blockFramesMax, ChannelsOf(speakersIn_), ChannelsOf(speakersOut_));
  if (!activated) latency_.SetActive(false);
  latency_.SetActual(core_.GetLatency());
  return activated;
}

void Instance::Deactivate() {
  const std::lock_guard lock(activation_);
  if (!active_) return;
  UnwatchLatency(*this);
  active_ = false;
  core_.Deactivate();
  latency_.SetActive(false);
  latency_.SetActual(core_.GetLatency());
}

// The host's part is to reactivate when it hears of a new latency. Ardour 7.3 only reads the old one
// again, and the user's wish would wait for ever: so the core is restarted under the host's feet, the
// blocks of that moment passing by it. Renders are left alone; they hear nothing of the network.
void Instance::RestartCore() {
  const std::lock_guard lock(activation_);
  if (!active_ || !latency_.waits() || offline_.load(std::memory_order_relaxed)) return;
  if (!gate_.Close()) return;
  active_ = ActivateCore();
  gate_.Open();
}

uint32_t Instance::getLatencySamples() {
  const std::lock_guard lock(activation_);
  return latency_.Read(core_.GetLatency());
}

// At the end of calls that the host makes on its UI thread; without a lock, for it may call back.
void Instance::TellLatency() {
  {
    const std::lock_guard lock(activation_);
    if (!active_) latency_.SetActual(core_.GetLatency());
  }
  if (latency_.Take()) handler_.Restart(V3_RESTART_LATENCY_CHANGED);
}

void Instance::PollLatency() {
  // A knob that is still moving, or automated, is left alone until it rests.
  const uint32_t changes = latency_.changes();
  const bool rests = changes == polledChanges_;
  polledChanges_ = changes;
  waitingPolls_ = rests && latency_.waits() ? waitingPolls_ + 1 : 0;
  if (waitingPolls_ >= kPollsBeforeRestarting) {
    waitingPolls_ = 0;
    RestartCore();
    untoldPolls_ = kPollsBeforeTelling;
  }
  untoldPolls_ = rests && latency_.untold() ? untoldPolls_ + 1 : 0;
  if (untoldPolls_ < kPollsBeforeTelling) return;
  untoldPolls_ = 0;
  if (latency_.Take()) handler_.Restart(V3_RESTART_LATENCY_CHANGED);
}

}  // namespace jambridge::vst3
