// The factory that info.plist names, and the table of functions by selector.
#include <new>

#include "plugin/au/apple.h"
#include "plugin/au/instance.h"

namespace jambridge::au {
namespace {

/// What the host holds; it gives it back as `self`.
struct Handle {
  AudioComponentPlugInInterface face;
  Instance* instance;
};

Instance& Of(void* self) { return *static_cast<Handle*>(self)->instance; }

OSStatus Initialize(void* self) { return Of(self).Initialize(); }
OSStatus Uninitialize(void* self) { return Of(self).Uninitialize(); }
OSStatus Reset(void* self, AudioUnitScope, AudioUnitElement) { return Of(self).Reset(); }

OSStatus GetPropertyInfo(void* self, AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                         UInt32* sizeBytes, Boolean* writable) {
  return Of(self).GetPropertyInfo(id, scope, element, sizeBytes, writable);
}

OSStatus GetProperty(void* self, AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                     void* data, UInt32* sizeBytes) {
  UInt32 neededBytes = 0;
  const OSStatus error = Of(self).GetPropertyInfo(id, scope, element, &neededBytes, nullptr);
  if (error != noErr || sizeBytes == nullptr) return error != noErr ? error : kAudio_ParamError;
  const UInt32 roomBytes = *sizeBytes;
  *sizeBytes = neededBytes;
  if (data == nullptr) return noErr;  // only asked how much
  if (roomBytes < neededBytes) return kAudioUnitErr_InvalidPropertyValue;
  return Of(self).GetProperty(id, scope, element, data);
}

OSStatus SetProperty(void* self, AudioUnitPropertyID id, AudioUnitScope scope, AudioUnitElement element,
                     const void* data, UInt32 sizeBytes) {
  Boolean writable = 0;
  const OSStatus error = Of(self).GetPropertyInfo(id, scope, element, nullptr, &writable);
  if (error != noErr) return error;
  if (writable == 0) return kAudioUnitErr_PropertyNotWritable;
  if (data == nullptr || sizeBytes == 0) return kAudio_ParamError;
  return Of(self).SetProperty(id, scope, element, data, sizeBytes);
}

OSStatus AddPropertyListener(void* self, AudioUnitPropertyID id, AudioUnitPropertyListenerProc proc,
                             void* context) {
  Of(self).listeners().Add(id, proc, context);
  return noErr;
}

OSStatus RemovePropertyListener(void* self, AudioUnitPropertyID id, AudioUnitPropertyListenerProc proc) {
  Of(self).listeners().Remove(id, proc, nullptr, true);
  return noErr;
}

OSStatus RemovePropertyListenerOf(void* self, AudioUnitPropertyID id, AudioUnitPropertyListenerProc proc,
                                  void* context) {
  Of(self).listeners().Remove(id, proc, context, false);
  return noErr;
}

OSStatus AddRenderNotify(void* self, AURenderCallback proc, void* context) {
  return Of(self).renderListeners().Add(proc, context) ? noErr : kAudio_ParamError;
}

OSStatus RemoveRenderNotify(void* self, AURenderCallback proc, void* context) {
  Of(self).renderListeners().Remove(proc, context);
  return noErr;
}

OSStatus GetParameter(void* self, AudioUnitParameterID id, AudioUnitScope scope, AudioUnitElement,
                      AudioUnitParameterValue* value) {
  return value == nullptr ? kAudio_ParamError : Of(self).GetParameter(id, scope, value);
}

OSStatus SetParameter(void* self, AudioUnitParameterID id, AudioUnitScope scope, AudioUnitElement,
                      AudioUnitParameterValue value, UInt32 offset) {
  return Of(self).SetParameter(id, scope, value, offset);
}

OSStatus ScheduleParameters(void* self, const AudioUnitParameterEvent* events, UInt32 count) {
  return events == nullptr ? kAudio_ParamError : Of(self).ScheduleParameters(events, count);
}

OSStatus Render(void* self, AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time, UInt32 bus,
                UInt32 frames, AudioBufferList* data) {
  AudioUnitRenderActionFlags none = 0;
  return Of(self).Render(flags != nullptr ? flags : &none, time, bus, frames, data);
}

OSStatus MidiEvent(void* self, UInt32 status, UInt32 data1, UInt32 data2, UInt32 offset) {
  return Of(self).MidiEventIn(status, data1, data2, offset);
}

OSStatus SysEx(void* self, const UInt8* data, UInt32 sizeBytes) { return Of(self).SysExIn(data, sizeBytes); }

struct Selector {
  SInt16 number;
  AudioComponentMethod method;
};

template <class Function>
AudioComponentMethod Method(Function* function) {
  return reinterpret_cast<AudioComponentMethod>(function);
}

AudioComponentMethod Lookup(SInt16 number) {
  static const Selector kSelectors[] = {
      {kAudioUnitInitializeSelect, Method(Initialize)},
      {kAudioUnitUninitializeSelect, Method(Uninitialize)},
      {kAudioUnitGetPropertyInfoSelect, Method(GetPropertyInfo)},
      {kAudioUnitGetPropertySelect, Method(GetProperty)},
      {kAudioUnitSetPropertySelect, Method(SetProperty)},
      {kAudioUnitAddPropertyListenerSelect, Method(AddPropertyListener)},
      {kAudioUnitRemovePropertyListenerSelect, Method(RemovePropertyListener)},
      {kAudioUnitRemovePropertyListenerWithUserDataSelect, Method(RemovePropertyListenerOf)},
      {kAudioUnitAddRenderNotifySelect, Method(AddRenderNotify)},
      {kAudioUnitRemoveRenderNotifySelect, Method(RemoveRenderNotify)},
      {kAudioUnitGetParameterSelect, Method(GetParameter)},
      {kAudioUnitSetParameterSelect, Method(SetParameter)},
      {kAudioUnitScheduleParametersSelect, Method(ScheduleParameters)},
      {kAudioUnitRenderSelect, Method(Render)},
      {kAudioUnitResetSelect, Method(Reset)},
      {kMusicDeviceMIDIEventSelect, Method(MidiEvent)},
      {kMusicDeviceSysExSelect, Method(SysEx)},
  };
  for (const Selector& selector : kSelectors) {
    if (selector.number == number) return selector.method;
  }
  return nullptr;
}

OSStatus Open(void* self, AudioComponentInstance unit) {
  auto* handle = static_cast<Handle*>(self);
  handle->instance = new (std::nothrow) Instance;
  if (handle->instance == nullptr) return kAudioUnitErr_FailedInitialization;
  handle->instance->SetUnit(unit);
  return noErr;
}

OSStatus Close(void* self) {
  auto* handle = static_cast<Handle*>(self);
  delete handle->instance;
  delete handle;
  return noErr;
}

}  // namespace

AudioComponentPlugInInterface* NewUnit() {
  auto* handle = new (std::nothrow) Handle{{Open, Close, Lookup, nullptr}, nullptr};
  return handle == nullptr ? nullptr : &handle->face;
}

}  // namespace jambridge::au

extern "C" __attribute__((visibility("default"))) void* JamBridgeAudioUnitFactory(
    const AudioComponentDescription* /*description*/) {
  return jambridge::au::NewUnit();
}
