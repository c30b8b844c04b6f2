// A host for one AudioUnit: finds its functions by selector, brings input, takes output and MIDI.
#pragma once

#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "test/plugin/au/apple-stubs.h"
#include "test/support/check.h"

extern "C" void* JamBridgeAudioUnitFactory(const AudioComponentDescription* description);

namespace jambridge::test {

class AuHost {
 public:
  static constexpr UInt32 kFramesMax = 512;
  using MidiOut = std::vector<std::pair<UInt64, std::vector<UInt8>>>;

  AuHost() : face_(static_cast<AudioComponentPlugInInterface*>(JamBridgeAudioUnitFactory(nullptr))) {
    CHECK(face_->Open(face_, reinterpret_cast<AudioUnit>(this)) == noErr);
  }
  ~AuHost() { CHECK(face_->Close(face_) == noErr); }
  AuHost(const AuHost&) = delete;
  AuHost& operator=(const AuHost&) = delete;

  template <class... Arguments>
  OSStatus Call(SInt16 selector, Arguments... arguments) {
    const AudioComponentMethod method = face_->Lookup(selector);
    CHECK(method != nullptr);
    // The selector says which type it really has.
    return reinterpret_cast<OSStatus (*)(void*, Arguments...)>(method)(face_, arguments...);
  }
  bool Knows(SInt16 selector) { return face_->Lookup(selector) != nullptr; }

  OSStatus Info(AudioUnitPropertyID id, AudioUnitScope scope, UInt32* sizeBytes, Boolean* writable,
                AudioUnitElement element = 0) {
    return Call(kAudioUnitGetPropertyInfoSelect, id, scope, element, sizeBytes, writable);
  }
  template <class T>
  OSStatus Get(AudioUnitPropertyID id, AudioUnitScope scope, T* value, AudioUnitElement element = 0) {
    UInt32 sizeBytes = sizeof(T);
    return Call(kAudioUnitGetPropertySelect, id, scope, element, static_cast<void*>(value), &sizeBytes);
  }
  template <class T>
  T MustGet(AudioUnitPropertyID id, AudioUnitScope scope = kAudioUnitScope_Global) {
    T value{};
    CHECK_EQ(Get(id, scope, &value), noErr);
    return value;
  }
  template <class T>
  OSStatus Set(AudioUnitPropertyID id, AudioUnitScope scope, const T& value) {
    const UInt32 sizeBytes = sizeof(T);
    return Call(kAudioUnitSetPropertySelect, id, scope, AudioUnitElement{0}, static_cast<const void*>(&value),
                sizeBytes);
  }
  OSStatus SetParam(AudioUnitParameterID id, double value, UInt32 offset = 0) {
    return Call(kAudioUnitSetParameterSelect, id, AudioUnitScope{0}, AudioUnitElement{0},
                static_cast<AudioUnitParameterValue>(value), offset);
  }
  double Param(AudioUnitParameterID id) {
    AudioUnitParameterValue value = -1;
    CHECK(Call(kAudioUnitGetParameterSelect, id, AudioUnitScope{0}, AudioUnitElement{0}, &value) == noErr);
    return value;
  }

  /// Connected on both sides, ready to render.
  void Start(UInt32 channels = 2) {
    AudioStreamBasicDescription format{};
    CHECK(Get(kAudioUnitProperty_StreamFormat, kAudioUnitScope_Input, &format) == noErr);
    format.mSampleRate = 48000;
    format.mChannelsPerFrame = channels;
    for (const AudioUnitScope scope : {kAudioUnitScope_Input, kAudioUnitScope_Output}) {
      CHECK(Set(kAudioUnitProperty_StreamFormat, scope, format) == noErr);
    }
    CHECK(Set(kAudioUnitProperty_MaximumFramesPerSlice, kAudioUnitScope_Global, kFramesMax) == noErr);
    const AURenderCallbackStruct input = {GiveInput, this};
    CHECK(Set(kAudioUnitProperty_SetRenderCallback, kAudioUnitScope_Input, input) == noErr);
    const AUMIDIOutputCallbackStruct midi = {TakeMidi, this};
    CHECK(Set(kAudioUnitProperty_MIDIOutputCallback, kAudioUnitScope_Global, midi) == noErr);
    channels_ = channels;
    CHECK_EQ(Call(kAudioUnitInitializeSelect), noErr);
  }

  /// One render; with own buffers, or with none, as some hosts do.
  OSStatus Render(UInt32 frames, bool bringBuffers = true) {
    out.assign(channels_, std::vector<float>(frames, 99.0F));
    std::vector<std::byte> memory(offsetof(AudioBufferList, mBuffers) + channels_ * sizeof(AudioBuffer));
    auto& list = *reinterpret_cast<AudioBufferList*>(memory.data());
    list.mNumberBuffers = channels_;
    for (UInt32 c = 0; c < channels_; c++) {
      list.mBuffers[c] = {1, frames * 4, bringBuffers ? out[c].data() : nullptr};
    }
    AudioTimeStamp time{};
    time.mSampleTime = static_cast<Float64>(frame_);
    AudioUnitRenderActionFlags flags = 0;
    const OSStatus error = Call(kAudioUnitRenderSelect, &flags, static_cast<const AudioTimeStamp*>(&time),
                                UInt32{0}, frames, &list);
    for (UInt32 c = 0; c < channels_ && error == noErr; c++) {
      CHECK_EQ(list.mBuffers[c].mDataByteSize, frames * 4);
      if (!bringBuffers) std::memcpy(out[c].data(), list.mBuffers[c].mData, frames * 4);
    }
    if (error == noErr) frame_ += frames;
    return error;
  }

  static float InputSample(UInt32 channel, uint64_t frame) {
    return std::sin(static_cast<float>(frame % 48000U) * 0.01F) * (channel == 0 ? 0.5F : -0.25F);
  }

  std::vector<std::vector<float>> out;
  MidiOut midiOut;
  uint64_t frame() const { return frame_; }

  /// As a callback, and as the unit in front that this one is connected to.
  static OSStatus GiveInput(void* context, AudioUnitRenderActionFlags*, const AudioTimeStamp* time, UInt32,
                            UInt32 frames, AudioBufferList* data) {
    CHECK(static_cast<AuHost*>(context)->frame_ == static_cast<uint64_t>(time->mSampleTime));
    for (UInt32 c = 0; c < data->mNumberBuffers; c++) {
      for (UInt32 i = 0; i < frames; i++) {
        static_cast<float*>(data->mBuffers[c].mData)[i] =
            InputSample(c, static_cast<uint64_t>(time->mSampleTime) + i);
      }
    }
    return noErr;
  }

 private:
  static OSStatus TakeMidi(void* context, const AudioTimeStamp*, UInt32, const MIDIPacketList* packets) {
    const MIDIPacket* packet = packets->packet;
    for (UInt32 i = 0; i < packets->numPackets; i++) {
      const UInt64 offset = packet->timeStamp;
      const std::vector<UInt8> bytes(packet->data, packet->data + packet->length);
      static_cast<AuHost*>(context)->midiOut.emplace_back(offset, bytes);
      packet = MIDIPacketNext(packet);
    }
    return noErr;
  }

  AudioComponentPlugInInterface* const face_;
  UInt32 channels_ = 2;
  uint64_t frame_ = 0;
};

}  // namespace jambridge::test
