// The AudioUnit adapter as a host drives it: properties, parameters, state, renders, MIDI, latency. Against
// our own declarations of Apple's headers; what auval would say of it is not known here.
#include <chrono>
#include <string>
#include <thread>

#include "plugin/au/text.h"
#include "plugin/shim/parameters.h"
#include "test/plugin/au/au-host.h"
#include "test/plugin/au/stub-objects.h"
#include "test/plugin/support/own-segment.h"

using namespace jambridge;
using namespace jambridge::test;

// The unit in front of a connection.
OSStatus AudioUnitRender(AudioUnit unit, AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time,
                         UInt32 bus, UInt32 frames, AudioBufferList* data) {
  return AuHost::GiveInput(reinterpret_cast<AuHost*>(unit), flags, time, bus, frames, data);
}

namespace {

constexpr AudioUnitScope kGlobal = kAudioUnitScope_Global;

void Properties() {
  AuHost host;
  UInt32 sizeBytes = 0;
  Boolean writable = 9;
  CHECK_EQ(host.Info(kAudioUnitProperty_ParameterList, kGlobal, &sizeBytes, &writable), noErr);
  CHECK_EQ(sizeBytes, kParamCount * 4);
  CHECK(writable == 0);
  CHECK_EQ(host.Info(9999, kGlobal, &sizeBytes, &writable), kAudioUnitErr_InvalidProperty);
  CHECK_EQ(host.Info(kAudioUnitProperty_Latency, kAudioUnitScope_Input, nullptr, nullptr),
           kAudioUnitErr_InvalidScope);
  CHECK_EQ(host.Info(kAudioUnitProperty_Latency, kGlobal, nullptr, nullptr, 1), kAudioUnitErr_InvalidElement);
  CHECK_EQ(host.MustGet<UInt32>(kAudioUnitProperty_ElementCount, kAudioUnitScope_Output), 1U);
  CHECK_EQ(host.Set(kAudioUnitProperty_Latency, kGlobal, 1.0), kAudioUnitErr_PropertyNotWritable);
  CHECK(!host.Knows(999) && host.Knows(kMusicDeviceMIDIEventSelect));

  // Too little room is refused, asking for the size alone is not.
  UInt32 roomBytes = 1;
  UInt32 value = 0;
  CHECK_EQ(host.Call(kAudioUnitGetPropertySelect, AudioUnitPropertyID{kAudioUnitProperty_ElementCount},
                     kGlobal, AudioUnitElement{0}, static_cast<void*>(&value), &roomBytes),
           kAudioUnitErr_InvalidPropertyValue);
  CHECK_EQ(roomBytes, 4U);

  AUChannelInfo layouts[2];
  CHECK_EQ(host.Get(kAudioUnitProperty_SupportedNumChannels, kGlobal, &layouts), noErr);
  CHECK(layouts[0].inChannels == -1 && layouts[0].outChannels == -1);
  auto format =
      host.MustGet<AudioStreamBasicDescription>(kAudioUnitProperty_StreamFormat, kAudioUnitScope_Input);
  format.mFormatFlags = 0;
  CHECK_EQ(host.Set(kAudioUnitProperty_StreamFormat, kAudioUnitScope_Input, format),
           kAudioUnitErr_FormatNotSupported);
  host.Start();
  CHECK_EQ(host.Set(kAudioUnitProperty_SampleRate, kAudioUnitScope_Output, 96000.0),
           kAudioUnitErr_Initialized);
  CHECK_EQ(host.Set(kAudioUnitProperty_MaximumFramesPerSlice, kGlobal, UInt32{64}),
           kAudioUnitErr_Initialized);
}

void Parameters() {
  AuHost host;
  AudioUnitParameterID ids[kParamCount];
  CHECK_EQ(host.Get(kAudioUnitProperty_ParameterList, kGlobal, &ids), noErr);
  for (const AudioUnitParameterID id : ids) {
    AudioUnitParameterInfo info{};
    CHECK_EQ(host.Get(kAudioUnitProperty_ParameterInfo, kGlobal, &info, id), noErr);
    const ParamDef& def = *FindParam(id);
    CHECK(std::string(info.name) == def.name && au::TextOf(info.cfNameString) == def.name);
    CFRelease(info.cfNameString);
    const bool writable = (info.flags & kAudioUnitParameterFlag_IsWritable) != 0;
    CHECK(writable == ((def.flags & kParamReadOnly) == 0));
    CHECK(info.minValue <= info.defaultValue && info.defaultValue <= info.maxValue);

    const auto plain = static_cast<AudioUnitParameterValue>(def.max);
    AudioUnitParameterStringFromValue toText = {id, &plain, nullptr};
    CHECK_EQ(host.Get(kAudioUnitProperty_ParameterStringFromValue, kGlobal, &toText), noErr);
    AudioUnitParameterValueFromString back = {id, toText.outString, -1};
    CHECK_EQ(host.Get(kAudioUnitProperty_ParameterValueFromString, kGlobal, &back), noErr);
    CHECK(std::abs(back.outValue - plain) <= 0.01F * plain);
    CFRelease(toText.outString);
    if (!def.valueNames.empty()) {
      CFArrayRef names = nullptr;
      CHECK_EQ(host.Get(kAudioUnitProperty_ParameterValueStrings, kGlobal, &names, id), noErr);
      CHECK(CFArrayGetCount(names) == static_cast<CFIndex>(def.valueNames.size()));
      CFRelease(names);
    }
  }
  CHECK_EQ(host.SetParam(kParamChannel, 7), noErr);
  CHECK_EQ(host.Param(kParamChannel), 7);
  CHECK_EQ(host.SetParam(999, 1), kAudioUnitErr_InvalidParameter);
  host.SetParam(kParamStatus, 3);
  CHECK_EQ(host.Param(kParamStatus), 0);
}

void State() {
  AuHost from;
  from.SetParam(kParamChannel, 33);
  from.SetParam(kParamDry, 0.25);
  const auto state = from.MustGet<CFPropertyListRef>(kAudioUnitProperty_ClassInfo);
  AuHost to;
  CHECK_EQ(to.Set(kAudioUnitProperty_ClassInfo, kGlobal, state), noErr);
  CHECK_EQ(to.Param(kParamChannel), 33);
  CHECK_EQ(to.Param(kParamDry), 0.25);
  CFRelease(state);

  // Somebody else's, and none at all: nothing changes.
  CFStringRef text = au::NewString("not a dictionary");
  CHECK_EQ(to.Set(kAudioUnitProperty_ClassInfo, kGlobal, text), kAudioUnitErr_InvalidPropertyValue);
  CFRelease(text);
  CFMutableDictionaryRef empty = CFDictionaryCreateMutable(nullptr, 0, nullptr, nullptr);
  CHECK_EQ(to.Set(kAudioUnitProperty_ClassInfo, kGlobal, empty), kAudioUnitErr_InvalidPropertyValue);
  CFRelease(empty);
  CHECK_EQ(to.Param(kParamChannel), 33);
}

void CheckDry(AuHost& host, UInt32 frames, UInt32 channels) {
  for (UInt32 c = 0; c < channels; c++) {
    for (UInt32 i = 0; i < frames; i++) {
      CHECK(host.out[c][i] == AuHost::InputSample(c, host.frame() - frames + i));
    }
  }
}

void Renders() {
  AuHost host;
  CHECK_EQ(host.Render(64), kAudioUnitErr_Uninitialized);
  host.Start();
  for (const UInt32 frames : {1U, 64U, 333U, AuHost::kFramesMax}) {
    CHECK_EQ(host.Render(frames), noErr);
    CheckDry(host, frames, 2);
    CHECK_EQ(host.Render(frames, false), noErr);
    CheckDry(host, frames, 2);
  }
  CHECK_EQ(host.Render(AuHost::kFramesMax + 1), kAudioUnitErr_TooManyFramesToProcess);
  host.SetParam(kParamDry, 0);
  for (int i = 0; i < 3; i++) CHECK_EQ(host.Render(256), noErr);
  CHECK(host.out[0][255] == 0 && host.out[1][0] == 0);
  CHECK_EQ(host.Set(kAudioUnitProperty_BypassEffect, kGlobal, UInt32{1}), noErr);
  for (int i = 0; i < 20; i++) CHECK_EQ(host.Render(256), noErr);  // the gain's ramp is over
  CheckDry(host, 256, 2);
  CHECK_EQ(host.Call(kAudioUnitUninitializeSelect), noErr);
  CHECK_EQ(host.Render(64), kAudioUnitErr_Uninitialized);

  // With nothing connected there is nothing to render.
  host.Start();
  CHECK_EQ(host.Set(kAudioUnitProperty_SetRenderCallback, kAudioUnitScope_Input, AURenderCallbackStruct{}),
           noErr);
  CHECK_EQ(host.Render(64), kAudioUnitErr_NoConnection);
  CHECK(host.out[0][0] == 0);
  CHECK_EQ(host.MustGet<OSStatus>(kAudioUnitProperty_LastRenderError), kAudioUnitErr_NoConnection);

  // A connection instead of a callback.
  const AudioUnitConnection connection = {reinterpret_cast<AudioUnit>(&host), 0, 0};
  CHECK_EQ(host.Set(kAudioUnitProperty_MakeConnection, kAudioUnitScope_Input, connection), noErr);
  CHECK_EQ(host.Render(64), noErr);
  CheckDry(host, 64, 2);

  AuHost wide;
  wide.Start(16);
  CHECK_EQ(wide.Render(64), noErr);
  CheckDry(wide, 64, 16);
}

void Midi() {
  AuHost host;
  host.Start();
  const UInt8 sysEx[6] = {0xF0, 0x7D, 1, 2, 3, 0xF7};
  CHECK_EQ(host.Call(kMusicDeviceMIDIEventSelect, UInt32{0x90}, UInt32{60}, UInt32{100}, UInt32{10}), noErr);
  CHECK_EQ(host.Call(kMusicDeviceMIDIEventSelect, UInt32{0xC0}, UInt32{5}, UInt32{0}, UInt32{5}), noErr);
  CHECK_EQ(host.Call(kMusicDeviceMIDIEventSelect, UInt32{0x12}, UInt32{5}, UInt32{0}, UInt32{5}), noErr);
  CHECK_EQ(host.Call(kMusicDeviceSysExSelect, static_cast<const UInt8*>(sysEx), UInt32{6}), noErr);
  CHECK_EQ(host.Render(64), noErr);
  // The dry MIDI passes, in order of time.
  const AuHost::MidiOut expected = {{0, {0xF0, 0x7D, 1, 2, 3, 0xF7}}, {5, {0xC0, 5}}, {10, {0x90, 60, 100}}};
  CHECK(host.midiOut == expected);
  host.midiOut.clear();
  CHECK_EQ(host.Render(64), noErr);
  CHECK(host.midiOut.empty());

  // A parameter at its frame.
  AudioUnitParameterEvent event{};
  event.parameter = kParamChannel;
  event.eventType = kParameterEvent_Immediate;
  event.eventValues.immediate = {32, 9};
  CHECK_EQ(host.Call(kAudioUnitScheduleParametersSelect, static_cast<const AudioUnitParameterEvent*>(&event),
                     UInt32{1}),
           noErr);
  CHECK_EQ(host.Param(kParamChannel), 1);
  CHECK_EQ(host.Render(64), noErr);
  CHECK_EQ(host.Param(kParamChannel), 9);
}

int gTold = 0;
void CountTold(void*, AudioUnit, AudioUnitPropertyID, AudioUnitScope, AudioUnitElement) { gTold++; }

void Latency() {
  AuHost host;
  host.Start();
  CHECK_EQ(host.MustGet<Float64>(kAudioUnitProperty_Latency), 0);
  CHECK_EQ(host.Call(kAudioUnitAddPropertyListenerSelect, AudioUnitPropertyID{kAudioUnitProperty_Latency},
                     &CountTold, static_cast<void*>(nullptr)),
           noErr);
  host.SetParam(kParamLatencyMs, 20);
  host.SetParam(kParamReportLatency, 1);
  for (int i = 0; i < 500 && gTold == 0; i++) {
    CHECK_EQ(host.Render(64), noErr);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(gTold >= 1);
  const double frames = host.MustGet<Float64>(kAudioUnitProperty_Latency) * 48000;
  CHECK(std::abs(frames - (960 + 2 * AuHost::kFramesMax)) < 1e-6);
  // The dry sound is as late as that, to the frame.
  for (int i = 0; i < 20; i++) {
    CHECK_EQ(host.Render(256), noErr);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // faster would be a render, not playing
  }
  const uint64_t from = host.frame() - 256 - static_cast<uint64_t>(std::lround(frames));
  for (UInt32 i = 0; i < 256; i++) CHECK(host.out[0][i] == AuHost::InputSample(0, from + i));
}

}  // namespace

int main() {
  UseOwnSegment();
  Properties();
  Parameters();
  State();
  Renders();
  Midi();
  Latency();
  CHECK_EQ(gStubObjectsAlive, 0);
  return 0;
}
