// Life cycle, parameters, incoming events, and how a new latency gets into effect.
#include "plugin/au/instance.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <thread>

#include "plugin/shim/midi-message.h"
#include "plugin/shim/parameters.h"

namespace jambridge::au {

Instance::Instance() : core_(this) {}

Instance::~Instance() {
  Uninitialize();
  // A poll that runs right now still looks at this object.
  while (retained_.load(std::memory_order_acquire) > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

OSStatus Instance::Initialize() {
  const std::lock_guard lock(activation_);
  if (initialised_) return noErr;
  inputMemory_.assign(static_cast<size_t>(channelsIn_) * framesMax_, 0.0F);
  outputMemory_.assign(static_cast<size_t>(channelsOut_) * framesMax_, 0.0F);
  inputList_.resize(offsetof(AudioBufferList, mBuffers) + std::max(channelsIn_, 1U) * sizeof(AudioBuffer));
  inputs_.resize(channelsIn_);
  outputs_.resize(channelsOut_);
  inbox_.Reserve();
  batch_.Reserve();
  outbox_.Reserve();
  if (!ActivateCore()) return kAudioUnitErr_FailedInitialization;
  initialised_ = true;
  vst3::WatchLatency(*this);
  return noErr;
}

OSStatus Instance::Uninitialize() {
  const std::lock_guard lock(activation_);
  if (!initialised_) return noErr;
  vst3::UnwatchLatency(*this);
  initialised_ = false;
  core_.Deactivate();
  return noErr;
}

bool Instance::ActivateCore() {
  core_.Deactivate();
  latencyDirty_.store(false, std::memory_order_relaxed);  // before: a change that comes from here on waits
  return core_.Activate(sampleRate_, framesMax_, channelsIn_, channelsOut_);
}

OSStatus Instance::Reset() {
  core_.Reset();
  return noErr;
}

bool Instance::TryRetain() {
  retained_.fetch_add(1, std::memory_order_acquire);
  return true;
}

void Instance::ReleaseRetained() { retained_.fetch_sub(1, std::memory_order_release); }

// Hosts read a new latency when they are told, but initialise nothing again: the core is restarted under
// their feet, the blocks of that moment pass it by. [notifier-thread]
void Instance::PollLatency() {
  if (!latencyDirty_.load(std::memory_order_relaxed)) return;
  {
    const std::lock_guard lock(activation_);
    if (!initialised_ || offline_.load(std::memory_order_relaxed) || !gate_.Close()) return;
    initialised_ = ActivateCore();
    gate_.Open();
  }
  listeners_.Tell(unit_, kAudioUnitProperty_Latency, kAudioUnitScope_Global, 0);
}

OSStatus Instance::GetParameter(AudioUnitParameterID id, AudioUnitScope scope,
                                AudioUnitParameterValue* value) const {
  if (scope != kAudioUnitScope_Global) return kAudioUnitErr_InvalidScope;
  if (FindParam(id) == nullptr) return kAudioUnitErr_InvalidParameter;
  *value = static_cast<AudioUnitParameterValue>(core_.GetParam(id));
  return noErr;
}

OSStatus Instance::SetParameter(AudioUnitParameterID id, AudioUnitScope scope, AudioUnitParameterValue value,
                                UInt32 offset) {
  if (scope != kAudioUnitScope_Global) return kAudioUnitErr_InvalidScope;
  if (FindParam(id) == nullptr) return kAudioUnitErr_InvalidParameter;
  if (offset > 0 && inbox_.PushParam(offset, id, value)) return noErr;
  core_.SetParam(id, value);
  return noErr;
}

OSStatus Instance::ScheduleParameters(const AudioUnitParameterEvent* events, UInt32 count) {
  for (UInt32 i = 0; i < count; ++i) {
    const AudioUnitParameterEvent& event = events[i];
    if (event.scope != kAudioUnitScope_Global) return kAudioUnitErr_InvalidScope;
    if (FindParam(event.parameter) == nullptr) return kAudioUnitErr_InvalidParameter;
    if (event.eventType == kParameterEvent_Immediate) {
      const auto& point = event.eventValues.immediate;
      inbox_.PushParam(point.bufferOffset, event.parameter, point.value);
      continue;
    }
    // A ramp by its ends: the shim moves its gains smoothly in between.
    const auto& ramp = event.eventValues.ramp;
    const auto start = static_cast<uint32_t>(std::max<SInt32>(ramp.startBufferOffset, 0));
    inbox_.PushParam(start, event.parameter, ramp.startValue);
    inbox_.PushParam(start + ramp.durationInFrames, event.parameter, ramp.endValue);
  }
  return noErr;
}

OSStatus Instance::MidiEventIn(UInt32 status, UInt32 data1, UInt32 data2, UInt32 offset) {
  const uint8_t message[3] = {static_cast<uint8_t>(status), static_cast<uint8_t>(data1 & 0x7F),
                              static_cast<uint8_t>(data2 & 0x7F)};
  const uint32_t sizeBytes = MidiMessageBytes(message[0]);
  if (sizeBytes > 0) inbox_.PushMidi(offset, message, sizeBytes);
  return noErr;
}

OSStatus Instance::SysExIn(const UInt8* data, UInt32 sizeBytes) {
  if (data == nullptr || sizeBytes == 0) return kAudio_ParamError;
  inbox_.PushMidi(0, data, sizeBytes);
  return noErr;
}

}  // namespace jambridge::au
