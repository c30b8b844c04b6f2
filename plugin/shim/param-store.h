// The parameters' values: lock-free, for any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "bridge/shm/segment-layout.h"
#include "plugin/shim/parameters.h"

namespace jambridge {

/** What process() needs to know, taken once a block and moved along with its parameter events. */
struct ParamSnapshot {
  PluginMode chosenMode;
  bool bypass;  // the host's switch
  uint32_t channel;
  double latencyMs;
  float dry;
  float wet;
  bool midiOn;
  Redundancy redundancy;
  bool timeline;
  bool offlineTake;
  bool followTransport;

  PluginMode Mode() const { return bypass ? PluginMode::kBypass : chosenMode; }
  bool Sends() const { return Mode() == PluginMode::kSend || Mode() == PluginMode::kSendReceive; }
  bool Receives() const { return Mode() == PluginMode::kReceive || Mode() == PluginMode::kSendReceive; }
  bool Bypassed() const { return Mode() == PluginMode::kBypass; }

  /** One parameter event; those that process() does not follow within a block are ignored. */
  void Apply(uint32_t id, double plain) {
    const double value = ClampParam(id, plain);
    if (id == kParamMode) chosenMode = static_cast<PluginMode>(static_cast<uint32_t>(value));
    if (id == kParamBypass) bypass = value >= 0.5;
    if (id == kParamChannel) channel = static_cast<uint32_t>(value);
    if (id == kParamLatencyMs) latencyMs = value;
    if (id == kParamDry) dry = static_cast<float>(value);
    if (id == kParamWet) wet = static_cast<float>(value);
    if (id == kParamMidi) midiOn = value >= 0.5;
    if (id == kParamTimeline) timeline = value >= 0.5;
    if (id == kParamOffline) offlineTake = value >= 0.5;
    if (id == kParamFollowTransport) followTransport = value >= 0.5;
    if (id == kParamRedundancy) redundancy = static_cast<Redundancy>(static_cast<uint32_t>(value));
  }
};

class ParamStore {
 public:
  ParamStore() {
    for (const ParamDef& def : Params()) values_[def.id].store(def.def, std::memory_order_relaxed);
  }

  double Get(uint32_t id) const { return id < kParamCount ? values_[id].load(std::memory_order_relaxed) : 0; }

  // SYNC POINT param-value (both ends here): single values that order nothing else; relaxed on both sides.
  void Set(uint32_t id, double plain) {
    if (id < kParamCount) values_[id].store(ClampParam(id, plain), std::memory_order_relaxed);
  }

  bool IsOn(uint32_t id) const { return Get(id) >= 0.5; }

  ParamSnapshot Snapshot() const {
    const auto whole = [&](uint32_t id) { return static_cast<uint32_t>(Get(id)); };
    return {
        .chosenMode = static_cast<PluginMode>(whole(kParamMode)),
        .bypass = IsOn(kParamBypass),
        .channel = whole(kParamChannel),
        .latencyMs = Get(kParamLatencyMs),
        .dry = static_cast<float>(Get(kParamDry)),
        .wet = static_cast<float>(Get(kParamWet)),
        .midiOn = IsOn(kParamMidi),
        .redundancy = static_cast<Redundancy>(whole(kParamRedundancy)),
        .timeline = IsOn(kParamTimeline),
        .offlineTake = IsOn(kParamOffline),
        .followTransport = IsOn(kParamFollowTransport),
    };
  }

 private:
  std::array<std::atomic<double>, kParamCount> values_;
  static_assert(std::atomic<double>::is_always_lock_free);
};

}  // namespace jambridge
