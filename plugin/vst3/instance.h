// One VST3 instance: component, processor and controller in one object, over the shim's Plugin.
//
// One object, because its two halves share a parameter table and some hosts (Ardour) expect to get
// both from one class. Such hosts call initialize and terminate once for each half.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <mutex>

#include "plugin/adapter/byte-arena.h"
#include "plugin/adapter/event-batch.h"
#include "plugin/shim/plugin.h"
#include "plugin/vst3/component-handler.h"
#include "plugin/vst3/latency-notifier.h"
#include "plugin/vst3/latency-report.h"
#include "plugin/vst3/restart-gate.h"
#include "plugin/vst3/vst3-interfaces.h"

namespace jambridge::vst3 {

/// Channels are speakers; which ones is the host's business.
inline uint32_t ChannelsOf(v3_speaker_arrangement speakers) {
  return static_cast<uint32_t>(std::popcount(speakers));
}

class Instance final : public Component,
                       public AudioProcessor,
                       public EditController,
                       public MidiMapping,
                       public ProcessContextRequirements,
                       public PrefetchableSupport,
                       public InfoListener,
                       public NoteExpressionController,
                       public HostSink,
                       public LatencyWatched {
 public:
  /// With one reference, the caller's. [main-thread]
  Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Unknown, PluginBase (component.cc)
  v3_result V3_API queryInterface(const v3_tuid iid, void** object) override;
  uint32_t V3_API addRef() override;
  uint32_t V3_API release() override;
  v3_result V3_API initialize(v3_funknown** context) override;
  v3_result V3_API terminate() override;

  // Component (component.cc, activation.cc)
  v3_result V3_API getControllerClassId(v3_tuid id) override;
  v3_result V3_API setIoMode(int32_t mode) override;
  int32_t V3_API getBusCount(int32_t mediaType, int32_t direction) override;
  v3_result V3_API getBusInfo(int32_t mediaType, int32_t direction, int32_t index,
                              v3_bus_info* info) override;
  v3_result V3_API getRoutingInfo(v3_routing_info* in, v3_routing_info* out) override;
  v3_result V3_API activateBus(int32_t mediaType, int32_t direction, int32_t index, v3_bool state) override;
  v3_result V3_API setActive(v3_bool state) override;
  v3_result V3_API setState(v3_bstream** stream) override;
  v3_result V3_API getState(v3_bstream** stream) override;

  // AudioProcessor (processor.cc, process.cc, activation.cc)
  v3_result V3_API setBusArrangements(v3_speaker_arrangement* inputs, int32_t inputCount,
                                      v3_speaker_arrangement* outputs, int32_t outputCount) override;
  v3_result V3_API getBusArrangement(int32_t direction, int32_t index,
                                     v3_speaker_arrangement* arrangement) override;
  v3_result V3_API canProcessSampleSize(int32_t symbolicSampleSize) override;
  uint32_t V3_API getLatencySamples() override;
  v3_result V3_API setupProcessing(v3_process_setup* setup) override;
  v3_result V3_API setProcessing(v3_bool state) override;
  v3_result V3_API process(v3_process_data* data) override;
  uint32_t V3_API getTailSamples() override;
  uint32_t V3_API getProcessContextRequirements() override;
  v3_result V3_API getPrefetchableSupport(Prefetchable* support) override;

  // EditController, MidiMapping (controller-parameters.cc)
  v3_result V3_API setComponentState(v3_bstream** stream) override;
  v3_result V3_API setControllerState(v3_bstream** stream) override;
  v3_result V3_API getControllerState(v3_bstream** stream) override;
  int32_t V3_API getParameterCount() override;
  v3_result V3_API getParameterInfo(int32_t index, v3_param_info* info) override;
  v3_result V3_API getParamStringByValue(v3_param_id id, double normalized, v3_str_128 text) override;
  v3_result V3_API getParamValueByString(v3_param_id id, int16_t* text, double* normalized) override;
  double V3_API normalizedParamToPlain(v3_param_id id, double normalized) override;
  double V3_API plainParamToNormalized(v3_param_id id, double plain) override;
  double V3_API getParamNormalized(v3_param_id id) override;
  v3_result V3_API setParamNormalized(v3_param_id id, double normalized) override;
  v3_result V3_API setComponentHandler(v3_component_handler** handler) override;
  void* V3_API createView(const char* name) override;
  v3_result V3_API getMidiControllerAssignment(int32_t bus, int16_t channel, int16_t controller,
                                               v3_param_id* id) override;

  // NoteExpressionController (note-expressions.cc)
  int32_t V3_API getNoteExpressionCount(int32_t bus, int16_t channel) override;
  v3_result V3_API getNoteExpressionInfo(int32_t bus, int16_t channel, int32_t index,
                                         NoteExpressionTypeInfo* info) override;
  v3_result V3_API getNoteExpressionStringByValue(int32_t bus, int16_t channel, uint32_t type,
                                                  double normalized, v3_str_128 text) override;
  v3_result V3_API getNoteExpressionValueByString(int32_t bus, int16_t channel, uint32_t type,
                                                  const int16_t* text, double* normalized) override;

  // InfoListener (component.cc)
  v3_result V3_API setChannelContextInfos(v3_attribute_list** list) override;

  // HostSink (process.cc)
  bool SendMidiMsg(const MidiEvent& event) override;
  void LatencyChanged() override;

  // LatencyWatched (component.cc, activation.cc)
  bool TryRetain() override;
  void ReleaseRetained() override;
  void PollLatency() override;

 private:
  ~Instance() override;

  void SyncController();  // the controller's values := the processor's
  // Activation (activation.cc)
  bool ActivateCore();
  void Deactivate();
  void RestartCore();
  void TellLatency();

  // The stages of a block (process.cc)

  void ReadInput(const v3_process_data& data, uint32_t frames);
  void MirrorParameters();
  ProcessArgs MakeArgs(const v3_process_data& data);
  void PassBy(const ProcessArgs& args);
  void FinishOutput(const v3_process_data& data, uint32_t channelsProcessed);
  void WriteOutputParameters(const v3_process_data& data);

  std::atomic<uint32_t> references_{1};
  Plugin core_;
  ComponentHandler handler_;
  LatencyReport latency_;
  int untoldPolls_ = 0;         // [notifier-thread]
  int waitingPolls_ = 0;        // [notifier-thread]
  uint32_t polledChanges_ = 0;  // [notifier-thread]

  // What the controller shows, normalized. Written by [main-thread] and, for automation, by
  // [audio-thread]; each value stands alone.
  std::array<std::atomic<double>, kParamCount> shown_{};

  v3_process_setup setup_{V3_REALTIME, V3_SAMPLE_32, 1024, 48000};
  v3_speaker_arrangement speakersIn_ = V3_SPEAKER_L | V3_SPEAKER_R;
  v3_speaker_arrangement speakersOut_ = V3_SPEAKER_L | V3_SPEAKER_R;

  // Held by [main-thread] or [notifier-thread] while the core is activated, deactivated or restarted, and
  // while [main-thread] uses what that would change.
  std::mutex activation_;
  std::atomic<bool> active_{false};
  RestartGate gate_;
  std::atomic<bool> offline_{false};  // of the last block

  // [audio-thread]
  EventBatch input_;
  ByteArena outputBytes_;  // SysEx that the host reads after the block
  v3_event_list** output_ = nullptr;
  bool inBlock_ = false;
  uint32_t sentCount_ = 0;
  std::array<double, kParamCount> sent_{};  // of the parameters that only we set
  uint32_t latencyChangesReported_ = 0;
  std::array<const float*, kChannelsMax> in_{};
  std::array<float*, kChannelsMax> out_{};
};

}  // namespace jambridge::vst3
