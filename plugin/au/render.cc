// One render: the host's input is pulled, the shim processes, the host's buffers are filled. [audio-thread]
#include <algorithm>
#include <cstring>

#include "bridge/shm/segment-layout.h"
#include "plugin/au/instance.h"

namespace jambridge::au {
namespace {

constexpr UInt32 kSampleBytes = sizeof(float);

float* ChannelOf(const AudioBufferList& list, UInt32 channel) {
  return channel < list.mNumberBuffers ? static_cast<float*>(list.mBuffers[channel].mData) : nullptr;
}

/// Buffers that the host left out are ours; each says how much is in it.
void CompleteOutput(AudioBufferList& list, std::vector<float>& memory, UInt32 framesMax, UInt32 frames) {
  for (UInt32 channel = 0; channel < list.mNumberBuffers; ++channel) {
    AudioBuffer& buffer = list.mBuffers[channel];
    const size_t from = static_cast<size_t>(channel) * framesMax;
    if (buffer.mData == nullptr && from + framesMax <= memory.size()) buffer.mData = memory.data() + from;
    buffer.mNumberChannels = 1;
    buffer.mDataByteSize = frames * kSampleBytes;
  }
}

void Silence(const AudioBufferList& list, UInt32 frames) {
  for (UInt32 channel = 0; channel < list.mNumberBuffers; ++channel) {
    void* data = list.mBuffers[channel].mData;
    if (data != nullptr) std::memset(data, 0, frames * kSampleBytes);
  }
}

}  // namespace

OSStatus Instance::Render(AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time, UInt32 bus,
                          UInt32 frames, AudioBufferList* data) {
  if (flags == nullptr || time == nullptr || data == nullptr) return kAudio_ParamError;
  if (bus != 0) return kAudioUnitErr_InvalidElement;
  if (!initialised_.load(std::memory_order_acquire)) return kAudioUnitErr_Uninitialized;
  if (frames > framesMax_) return kAudioUnitErr_TooManyFramesToProcess;
  CompleteOutput(*data, outputMemory_, framesMax_, frames);
  renderListeners_.Tell(*flags | kAudioUnitRenderAction_PreRender, time, bus, frames, data);
  OSStatus error = PullInput(flags, time, frames);
  if (error == noErr) {
    // While the core restarts, the track passes by it.
    if (gate_.Enter()) {
      ProcessBlock(frames, data);
      gate_.Leave();
    } else {
      for (UInt32 c = 0; c < data->mNumberBuffers; ++c) {
        const float* from = inputs_.empty() ? nullptr : inputs_[std::min<size_t>(c, inputs_.size() - 1)];
        if (from != nullptr) std::memmove(data->mBuffers[c].mData, from, frames * kSampleBytes);
      }
    }
    *flags &= ~static_cast<AudioUnitRenderActionFlags>(kAudioUnitRenderAction_OutputIsSilence);
    if (!outbox_.empty() && midiOut_.midiOutputCallback != nullptr) {
      midiOut_.midiOutputCallback(midiOut_.userData, time, 0, outbox_.list());
    }
  } else {
    Silence(*data, frames);
    lastError_ = error;
  }
  renderListeners_.Tell(*flags | kAudioUnitRenderAction_PostRender, time, bus, frames, data);
  return error;
}

OSStatus Instance::PullInput(AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time, UInt32 frames) {
  auto& list = *reinterpret_cast<AudioBufferList*>(inputList_.data());
  list.mNumberBuffers = channelsIn_;
  for (UInt32 channel = 0; channel < channelsIn_; ++channel) {
    float* memory = inputMemory_.data() + static_cast<size_t>(channel) * framesMax_;
    list.mBuffers[channel] = {1, frames * kSampleBytes, memory};
  }
  AudioUnitRenderActionFlags inputFlags = 0;
  OSStatus error = kAudioUnitErr_NoConnection;
  if (inputCallback_.inputProc != nullptr) {
    error = inputCallback_.inputProc(inputCallback_.inputProcRefCon, &inputFlags, time, 0, frames, &list);
  } else if (connection_.sourceAudioUnit != nullptr) {
    error = AudioUnitRender(connection_.sourceAudioUnit, &inputFlags, time, connection_.sourceOutputNumber,
                            frames, &list);
  }
  if (error != noErr) return error;
  if ((inputFlags & kAudioUnitRenderAction_OutputIsSilence) != 0) Silence(list, frames);
  *flags = inputFlags;
  for (UInt32 channel = 0; channel < channelsIn_; ++channel) inputs_[channel] = ChannelOf(list, channel);
  return noErr;
}

void Instance::ProcessBlock(UInt32 frames, AudioBufferList* data) {
  for (UInt32 channel = 0; channel < channelsOut_; ++channel) outputs_[channel] = ChannelOf(*data, channel);
  batch_.Clear();
  inbox_.Take(batch_);
  batch_.Sort(frames);
  outbox_.Begin();
  const Transport transport = ReadTransport();
  ProcessArgs args{};
  args.in = inputs_.data();
  args.out = outputs_.data();
  args.channelsIn = channelsIn_;
  args.channelsOut = channelsOut_;
  args.frames = frames;
  args.events = batch_.events();
  args.eventCount = batch_.count();
  args.transport = &transport;
  args.offline = offline_.load(std::memory_order_relaxed);
  core_.ProcessBlock(args);
}

Transport Instance::ReadTransport() const {
  Transport to{};
  Float64 beat = 0;
  Float64 tempo = 0;
  if (host_.beatAndTempoProc != nullptr &&
      host_.beatAndTempoProc(host_.hostUserData, &beat, &tempo) == noErr && tempo > 0) {
    to.flags |= kTransportTempoValid;
    to.tempo = tempo;
  }
  UInt32 toBeat = 0;
  Float32 numerator = 0;
  UInt32 denominator = 0;
  Float64 downBeat = 0;
  if (host_.musicalTimeLocationProc != nullptr &&
      host_.musicalTimeLocationProc(host_.hostUserData, &toBeat, &numerator, &denominator, &downBeat) ==
          noErr) {
    to.flags |= kTransportSignatureValid;
    to.signatureNumerator = static_cast<uint32_t>(std::max(numerator, 0.0F));
    to.signatureDenominator = denominator;
  }
  Boolean playing = 0;
  Boolean recording = 0;
  Boolean changed = 0;
  Boolean cycling = 0;
  Float64 songFrame = 0;
  Float64 cycleStart = 0;
  Float64 cycleEnd = 0;
  OSStatus error = kAudioUnitErr_CannotDoInCurrentContext;
  if (host_.transportStateProc2 != nullptr) {
    error = host_.transportStateProc2(host_.hostUserData, &playing, &recording, &changed, &songFrame,
                                      &cycling, &cycleStart, &cycleEnd);
  } else if (host_.transportStateProc != nullptr) {
    error = host_.transportStateProc(host_.hostUserData, &playing, &changed, &songFrame, &cycling,
                                     &cycleStart, &cycleEnd);
  }
  if (error != noErr) return to;
  to.flags |= kTransportPositionValid | (playing != 0 ? kTransportPlaying : 0U) |
              (recording != 0 ? kTransportRecording : 0U) | (cycling != 0 ? kTransportLooping : 0U);
  to.songFrame = static_cast<int64_t>(songFrame);
  if (to.tempo > 0) {
    to.loopStartFrame = static_cast<int64_t>(cycleStart * 60 / to.tempo * sampleRate_);
    to.loopEndFrame = static_cast<int64_t>(cycleEnd * 60 / to.tempo * sampleRate_);
  }
  return to;
}

}  // namespace jambridge::au
