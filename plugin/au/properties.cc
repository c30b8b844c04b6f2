// What hosts ask and set by number. GetPropertyInfo's table says which there are, how large, and whether they
// can be set; GetProperty and SetProperty are only called for those.
#include <algorithm>
#include <cstring>
#include <string>

#include "plugin/au/instance.h"
#include "plugin/au/text.h"
#include "plugin/shim/parameters.h"

namespace jambridge::au {
namespace {

struct Shape {
  AudioUnitPropertyID id;
  AudioUnitScope scope;
  UInt32 sizeBytes;
  bool writable;
};

constexpr AudioUnitScope kGlobal = kAudioUnitScope_Global;
constexpr AudioUnitScope kInput = kAudioUnitScope_Input;
constexpr AudioUnitScope kOutput = kAudioUnitScope_Output;

constexpr Shape kShapes[] = {
    {kAudioUnitProperty_ClassInfo, kGlobal, sizeof(CFPropertyListRef), true},
    {kAudioUnitProperty_MakeConnection, kInput, sizeof(AudioUnitConnection), true},
    {kAudioUnitProperty_SampleRate, kInput, sizeof(Float64), true},
    {kAudioUnitProperty_SampleRate, kOutput, sizeof(Float64), true},
    {kAudioUnitProperty_SampleRate, kGlobal, sizeof(Float64), true},
    {kAudioUnitProperty_ParameterList, kGlobal, kParamCount * sizeof(AudioUnitParameterID), false},
    {kAudioUnitProperty_ParameterInfo, kGlobal, sizeof(AudioUnitParameterInfo), false},
    {kAudioUnitProperty_ParameterValueStrings, kGlobal, sizeof(CFArrayRef), false},
    {kAudioUnitProperty_ParameterStringFromValue, kGlobal, sizeof(AudioUnitParameterStringFromValue), false},
    {kAudioUnitProperty_ParameterValueFromString, kGlobal, sizeof(AudioUnitParameterValueFromString), false},
    {kAudioUnitProperty_StreamFormat, kInput, sizeof(AudioStreamBasicDescription), true},
    {kAudioUnitProperty_StreamFormat, kOutput, sizeof(AudioStreamBasicDescription), true},
    {kAudioUnitProperty_ElementCount, kInput, sizeof(UInt32), false},
    {kAudioUnitProperty_ElementCount, kOutput, sizeof(UInt32), false},
    {kAudioUnitProperty_ElementCount, kGlobal, sizeof(UInt32), false},
    {kAudioUnitProperty_Latency, kGlobal, sizeof(Float64), false},
    {kAudioUnitProperty_TailTime, kGlobal, sizeof(Float64), false},
    {kAudioUnitProperty_SupportedNumChannels, kGlobal, 2 * sizeof(AUChannelInfo), false},
    {kAudioUnitProperty_MaximumFramesPerSlice, kGlobal, sizeof(UInt32), true},
    {kAudioUnitProperty_BypassEffect, kGlobal, sizeof(UInt32), true},
    {kAudioUnitProperty_LastRenderError, kGlobal, sizeof(OSStatus), false},
    {kAudioUnitProperty_SetRenderCallback, kInput, sizeof(AURenderCallbackStruct), true},
    {kAudioUnitProperty_HostCallbacks, kGlobal, sizeof(HostCallbackInfo), true},
    {kAudioUnitProperty_InPlaceProcessing, kGlobal, sizeof(UInt32), true},
    {kAudioUnitProperty_OfflineRender, kGlobal, sizeof(UInt32), true},
    {kAudioUnitProperty_PresentPreset, kGlobal, sizeof(AUPreset), true},
    {kAudioUnitProperty_ContextName, kGlobal, sizeof(CFStringRef), true},
    {kAudioUnitProperty_MIDIOutputCallbackInfo, kGlobal, sizeof(CFArrayRef), false},
    {kAudioUnitProperty_MIDIOutputCallback, kGlobal, sizeof(AUMIDIOutputCallbackStruct), true},
};

template <class T>
OSStatus Give(void* data, const T& value) {
  std::memcpy(data, &value, sizeof value);
  return noErr;
}

/// Hosts of an older system send the beginning of a struct that has grown since.
template <class T>
T Take(const void* data, UInt32 sizeBytes) {
  T value{};
  std::memcpy(&value, data, std::min<size_t>(sizeof value, sizeBytes));
  return value;
}

AudioUnitParameterUnit UnitOf(const ParamDef& def) {
  if (!def.valueNames.empty()) {
    return def.valueNames.size() == 2 ? kAudioUnitParameterUnit_Boolean : kAudioUnitParameterUnit_Indexed;
  }
  if ((def.flags & kParamIsGain) != 0) return kAudioUnitParameterUnit_LinearGain;
  if (std::strcmp(def.unit, "ms") == 0) return kAudioUnitParameterUnit_Milliseconds;
  if (std::strcmp(def.unit, "s") == 0) return kAudioUnitParameterUnit_Seconds;
  return (def.flags & kParamStepped) != 0 ? kAudioUnitParameterUnit_Indexed : kAudioUnitParameterUnit_Generic;
}

AudioUnitParameterInfo InfoOf(const ParamDef& def) {
  AudioUnitParameterInfo info{};
  std::strncpy(info.name, def.name, sizeof info.name - 1);
  info.cfNameString = NewString(def.name);
  info.unit = UnitOf(def);
  info.minValue = static_cast<AudioUnitParameterValue>(def.min);
  info.maxValue = static_cast<AudioUnitParameterValue>(def.max);
  info.defaultValue = static_cast<AudioUnitParameterValue>(def.def);
  info.flags = kAudioUnitParameterFlag_IsReadable | kAudioUnitParameterFlag_HasCFNameString |
               kAudioUnitParameterFlag_CFNameRelease;
  if ((def.flags & kParamReadOnly) == 0) info.flags |= kAudioUnitParameterFlag_IsWritable;
  if ((def.flags & kParamAutomatable) == 0) info.flags |= kAudioUnitParameterFlag_NonRealTime;
  if (!def.valueNames.empty()) info.flags |= kAudioUnitParameterFlag_ValuesHaveStrings;
  return info;
}

OSStatus GiveParameter(AudioUnitPropertyID id, AudioUnitParameterID parameter, void* data) {
  const ParamDef* def = FindParam(parameter);
  if (def == nullptr) return kAudioUnitErr_InvalidElement;
  if (id == kAudioUnitProperty_ParameterInfo) return Give(data, InfoOf(*def));
  if (def->valueNames.empty()) return kAudioUnitErr_InvalidProperty;
  return Give(data, NewArray({def->valueNames.begin(), def->valueNames.end()}));
}

OSStatus GiveParameterText(AudioUnitPropertyID id, const Plugin& core, void* data) {
  if (id == kAudioUnitProperty_ParameterStringFromValue) {
    auto* asked = static_cast<AudioUnitParameterStringFromValue*>(data);
    if (FindParam(asked->inParamID) == nullptr) return kAudioUnitErr_InvalidParameter;
    const double value =
        asked->inValue != nullptr ? static_cast<double>(*asked->inValue) : core.GetParam(asked->inParamID);
    asked->outString = NewString(ParamToText(asked->inParamID, value));
    return noErr;
  }
  auto* asked = static_cast<AudioUnitParameterValueFromString*>(data);
  const std::optional<double> value = TextToParam(asked->inParamID, TextOf(asked->inString));
  if (!value) return kAudioUnitErr_InvalidPropertyValue;
  asked->outValue = static_cast<AudioUnitParameterValue>(*value);
  return noErr;
}

}  // namespace

OSStatus Instance::GetPropertyInfo(AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                                   UInt32* sizeBytes, Boolean* writable) const {
  bool known = false;
  for (const Shape& shape : kShapes) {
    if (shape.id != id) continue;
    known = true;
    if (shape.scope != scope) continue;
    const bool ofParameter =
        id == kAudioUnitProperty_ParameterInfo || id == kAudioUnitProperty_ParameterValueStrings;
    if (!ofParameter && element != 0) return kAudioUnitErr_InvalidElement;
    if (ofParameter && FindParam(element) == nullptr) return kAudioUnitErr_InvalidElement;
    if (sizeBytes != nullptr) *sizeBytes = shape.sizeBytes;
    if (writable != nullptr) *writable = shape.writable ? 1 : 0;
    return noErr;
  }
  return known ? kAudioUnitErr_InvalidScope : kAudioUnitErr_InvalidProperty;
}

OSStatus Instance::GetProperty(AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                               void* data) {
  switch (id) {
    case kAudioUnitProperty_ClassInfo:
      return Give(data, CopyClassInfo());
    case kAudioUnitProperty_SampleRate:
      return Give<Float64>(data, sampleRate_);
    case kAudioUnitProperty_ParameterList:
      for (UInt32 i = 0; i < kParamCount; ++i) static_cast<AudioUnitParameterID*>(data)[i] = Params()[i].id;
      return noErr;
    case kAudioUnitProperty_ParameterInfo:
    case kAudioUnitProperty_ParameterValueStrings:
      return GiveParameter(id, element, data);
    case kAudioUnitProperty_ParameterStringFromValue:
    case kAudioUnitProperty_ParameterValueFromString:
      return GiveParameterText(id, core_, data);
    case kAudioUnitProperty_StreamFormat:
      return Give(data, StreamFormat(scope));
    case kAudioUnitProperty_ElementCount:
      return Give<UInt32>(data, 1);
    case kAudioUnitProperty_Latency:
      return Give<Float64>(data, core_.GetLatency() / sampleRate_);
    case kAudioUnitProperty_TailTime:
      return Give<Float64>(data, core_.GetTail() / sampleRate_);
    case kAudioUnitProperty_SupportedNumChannels: {
      const AUChannelInfo layouts[2] = {{-1, -1}, {1, 2}};  // as many out as in; or mono to stereo
      std::memcpy(data, layouts, sizeof layouts);
      return noErr;
    }
    case kAudioUnitProperty_MaximumFramesPerSlice:
      return Give<UInt32>(data, framesMax_);
    case kAudioUnitProperty_BypassEffect:
      return Give<UInt32>(data, core_.GetParam(kParamBypass) >= 0.5 ? 1 : 0);
    case kAudioUnitProperty_LastRenderError: {
      const OSStatus error = lastError_;
      lastError_ = noErr;
      return Give(data, error);
    }
    case kAudioUnitProperty_HostCallbacks:
      return Give(data, host_);
    case kAudioUnitProperty_InPlaceProcessing:
      return Give<UInt32>(data, 1);
    case kAudioUnitProperty_OfflineRender:
      return Give<UInt32>(data, offline_.load(std::memory_order_relaxed) ? 1 : 0);
    case kAudioUnitProperty_PresentPreset:
      return Give(data, AUPreset{presetNumber_, NewString(presetName_)});
    case kAudioUnitProperty_MIDIOutputCallbackInfo:
      return Give(data, NewArray({"MIDI Out"}));
    default:
      return kAudioUnitErr_InvalidProperty;  // can only be set
  }
}

OSStatus Instance::SetProperty(AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement /*element*/,
                               const void* data, UInt32 sizeBytes) {
  switch (id) {
    case kAudioUnitProperty_ClassInfo:
      return RestoreClassInfo(Take<CFPropertyListRef>(data, sizeBytes));
    case kAudioUnitProperty_MakeConnection:
      connection_ = Take<AudioUnitConnection>(data, sizeBytes);
      inputCallback_ = {};
      return noErr;
    case kAudioUnitProperty_SampleRate:
      return SetFormat(Take<Float64>(data, sizeBytes), channelsIn_, channelsOut_);
    case kAudioUnitProperty_StreamFormat:
      return SetStreamFormat(scope, Take<AudioStreamBasicDescription>(data, sizeBytes));
    case kAudioUnitProperty_MaximumFramesPerSlice:
      if (initialised_) return kAudioUnitErr_Initialized;
      framesMax_ = std::clamp(Take<UInt32>(data, sizeBytes), 1U, kBlockFramesMax);
      core_.Announce(sampleRate_, framesMax_);
      return noErr;
    case kAudioUnitProperty_BypassEffect:
      core_.SetParam(kParamBypass, Take<UInt32>(data, sizeBytes) != 0 ? 1 : 0);
      listeners_.Tell(unit_, kAudioUnitProperty_BypassEffect, kAudioUnitScope_Global, 0);
      return noErr;
    case kAudioUnitProperty_SetRenderCallback:
      inputCallback_ = Take<AURenderCallbackStruct>(data, sizeBytes);
      connection_ = {};
      return noErr;
    case kAudioUnitProperty_HostCallbacks:
      host_ = Take<HostCallbackInfo>(data, sizeBytes);
      return noErr;
    case kAudioUnitProperty_InPlaceProcessing:
      return noErr;  // it may be, or not: nothing differs
    case kAudioUnitProperty_OfflineRender:
      offline_.store(Take<UInt32>(data, sizeBytes) != 0, std::memory_order_relaxed);
      return noErr;
    case kAudioUnitProperty_PresentPreset: {
      const auto preset = Take<AUPreset>(data, sizeBytes);
      presetNumber_ = preset.presetNumber;
      if (preset.presetName != nullptr) presetName_ = TextOf(preset.presetName);
      return noErr;
    }
    case kAudioUnitProperty_ContextName:
      if (const auto name = Take<CFStringRef>(data, sizeBytes)) core_.SetName(TextOf(name));
      return noErr;
    case kAudioUnitProperty_MIDIOutputCallback:
      midiOut_ = Take<AUMIDIOutputCallbackStruct>(data, sizeBytes);
      return noErr;
    default:
      return kAudioUnitErr_PropertyNotWritable;
  }
}

}  // namespace jambridge::au
