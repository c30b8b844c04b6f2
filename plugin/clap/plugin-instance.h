// One CLAP plugin instance: the C structure the host holds, and the shim's Plugin behind it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "clap/ext/latency.h"
#include "clap/ext/params.h"
#include "clap/plugin.h"
#include "plugin/adapter/byte-arena.h"
#include "plugin/adapter/event-batch.h"
#include "plugin/clap/abi-additions.h"
#include "plugin/clap/transport-follower.h"
#include "plugin/shim/config.h"
#include "plugin/shim/plugin.h"

namespace jambridge::clap {

/// The channels of the audio ports, 0: no such port. The id is that of audio-ports-config.
struct Layout {
  clap_id id;
  uint32_t channelsIn;
  uint32_t channelsOut;
};

class PluginInstance final : public HostSink {
 public:
  explicit PluginInstance(const clap_host_t* host);

  static PluginInstance& Of(const clap_plugin_t* plugin) {
    return *static_cast<PluginInstance*>(plugin->plugin_data);
  }
  const clap_plugin_t* handle() const { return &handle_; }
  Plugin& core() { return core_; }

  /// [main-thread]
  void Init();
  bool Activate(double sampleRate, uint32_t blockFramesMax);
  void Deactivate();
  void OnMainThread();
  bool active() const { return active_; }

  /// [audio-thread, active]
  clap_process_status Process(const clap_process_t& block);

  /// Parameters outside of a block. [active ? audio-thread : main-thread]
  void Flush(const clap_input_events_t* in, const clap_output_events_t* out);

  /// What the host reads is what `changed` is measured against. [main-thread]
  uint32_t ReadLatency();

  /// The engine's status calls the plugin as its track is called. [main-thread]
  void ReadTrackName();

  /// After a state was loaded. [main-thread]
  void ParametersReplaced();

  const Layout& layout() const { return layout_; }
  bool SelectLayout(const Layout& layout);  // [main-thread, inactive]
  void SetOffline(bool offline) { offline_.store(offline, std::memory_order_relaxed); }  // [main-thread]

  // HostSink
  bool SendMidiMsg(const MidiEvent& event) override;
  void LatencyChanged() override;
  void FollowRemote(const RemoteMove& move) override;

 private:
  bool BuffersFit(const clap_process_t& block) const;
  void WriteReadOnly(const clap_output_events_t* out, uint32_t offset);
  void TellTail();

  clap_plugin_t handle_;
  const clap_host_t* host_;
  const clap_host_latency_t* hostLatency_ = nullptr;
  const clap_host_params_t* hostParams_ = nullptr;
  const HostTrackInfo* hostTrackInfo_ = nullptr;
  const HostTail* hostTail_ = nullptr;
  TransportFollower follower_;
  Plugin core_;

  EventBatch input_;
  ByteArena outputBytes_;                              // SysEx that the host may read after the block
  const clap_output_events_t* output_ = nullptr;       // [audio-thread], of the running block
  bool inBlock_ = false;                               // [audio-thread]
  uint32_t lastOffset_ = 0;                            // [audio-thread], of the block
  uint32_t sentCount_ = 0;                             // [audio-thread], events of the block
  const clap_event_transport_t* transport_ = nullptr;  // [audio-thread], of the running block
  std::array<double, kParamCount> sent_{};             // [audio-thread], of the parameters that only we set
  uint32_t tailTold_ = 0;                              // [audio-thread]

  bool initialised_ = false;
  bool active_ = false;
  double sampleRate_ = 0;
  Layout layout_{2, PLUG_CHANNELS_IN, PLUG_CHANNELS_OUT};
  uint32_t latencyKnown_ = 0;  // what the host has read or was told
  std::atomic<bool> offline_{false};
  // SYNC POINT latency-dirty: set by whoever changed the latency, taken by OnMainThread and Activate.
  std::atomic<bool> latencyDirty_{false};
};

}  // namespace jambridge::clap
