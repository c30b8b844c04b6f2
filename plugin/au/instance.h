// One AudioUnit (version 2): what the host set, and the shim's Plugin behind it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "plugin/adapter/event-batch.h"
#include "plugin/au/apple.h"
#include "plugin/au/event-inbox.h"
#include "plugin/au/listeners.h"
#include "plugin/au/midi-outbox.h"
#include "plugin/shim/plugin.h"
#include "plugin/vst3/latency-notifier.h"
#include "plugin/vst3/restart-gate.h"

namespace jambridge::au {

class Instance final : public HostSink, private vst3::LatencyWatched {
 public:
  Instance();
  ~Instance();

  /// The object that the host knows us by; given by Open().
  void SetUnit(AudioUnit unit) { unit_ = unit; }
  Plugin& core() { return core_; }

  // Life cycle. [main-thread]
  OSStatus Initialize();
  OSStatus Uninitialize();
  OSStatus Reset();

  // Properties. [main-thread]
  OSStatus GetPropertyInfo(AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                           UInt32* sizeBytes, Boolean* writable) const;
  OSStatus GetProperty(AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element, void* data);
  OSStatus SetProperty(AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                       const void* data, UInt32 sizeBytes);
  PropertyListeners& listeners() { return listeners_; }
  RenderListeners& renderListeners() { return renderListeners_; }

  // Parameters and events. [any-thread]
  OSStatus GetParameter(AudioUnitParameterID id, AudioUnitScope scope, AudioUnitParameterValue* value) const;
  OSStatus SetParameter(AudioUnitParameterID id, AudioUnitScope scope, AudioUnitParameterValue value,
                        UInt32 offset);
  OSStatus ScheduleParameters(const AudioUnitParameterEvent* events, UInt32 count);
  OSStatus MidiEventIn(UInt32 status, UInt32 data1, UInt32 data2, UInt32 offset);
  OSStatus SysExIn(const UInt8* data, UInt32 sizeBytes);

  /// [audio-thread]
  OSStatus Render(AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time, UInt32 bus, UInt32 frames,
                  AudioBufferList* data);

  // HostSink
  bool SendMidiMsg(const MidiEvent& event) override { return outbox_.Add(event); }
  void LatencyChanged() override { latencyDirty_.store(true, std::memory_order_relaxed); }

 private:
  // vst3::LatencyWatched
  bool TryRetain() override;
  void ReleaseRetained() override;
  void PollLatency() override;

  bool ActivateCore();
  OSStatus SetStreamFormat(AudioUnitScope scope, const AudioStreamBasicDescription& format);
  AudioStreamBasicDescription StreamFormat(AudioUnitScope scope) const;
  OSStatus SetFormat(double sampleRate, UInt32 channelsIn, UInt32 channelsOut);
  CFPropertyListRef CopyClassInfo() const;
  OSStatus RestoreClassInfo(CFPropertyListRef state);
  OSStatus PullInput(AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time, UInt32 frames);
  void ProcessBlock(UInt32 frames, AudioBufferList* data);
  Transport ReadTransport() const;

  AudioUnit unit_ = nullptr;
  Plugin core_;
  PropertyListeners listeners_;
  RenderListeners renderListeners_;

  // Set by the host while uninitialised.
  double sampleRate_ = 44100;  // AudioUnit's own default
  UInt32 framesMax_ = 1156;    // AudioUnit's own default
  UInt32 channelsIn_ = 2;
  UInt32 channelsOut_ = 2;

  // SYNC POINT au-host: plain values that hosts set before they render.
  AURenderCallbackStruct inputCallback_{};
  AudioUnitConnection connection_{};
  HostCallbackInfo host_{};
  AUMIDIOutputCallbackStruct midiOut_{};
  std::atomic<bool> offline_{false};
  OSStatus lastError_ = noErr;
  std::string presetName_ = "Untitled";
  SInt32 presetNumber_ = -1;

  std::mutex activation_;                 // [main-thread, notifier-thread]
  std::atomic<bool> initialised_{false};  // set under the lock above, read by [audio-thread]
  vst3::RestartGate gate_;
  std::atomic<bool> latencyDirty_{false};
  std::atomic<int> retained_{0};

  EventInbox inbox_;
  EventBatch batch_;
  MidiOutbox outbox_;
  std::vector<float> inputMemory_;   // planar, framesMax_ each
  std::vector<float> outputMemory_;  // for hosts that bring no buffers
  std::vector<std::byte> inputList_;
  std::vector<const float*> inputs_;
  std::vector<float*> outputs_;
};

}  // namespace jambridge::au
