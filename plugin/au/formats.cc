// Sample rate and channels: 32-bit float, one buffer a channel, up to 16 channels.
#include "bridge/shm/segment-layout.h"
#include "plugin/au/instance.h"

namespace jambridge::au {
namespace {

constexpr UInt32 kSampleBytes = sizeof(float);
constexpr AudioFormatFlags kPlanarFloat =
    kAudioFormatFlagIsFloat | kAudioFormatFlagIsPacked | kAudioFormatFlagIsNonInterleaved;

bool IsPlanarFloat(const AudioStreamBasicDescription& format) {
  return format.mFormatID == kAudioFormatLinearPCM && format.mFormatFlags == kPlanarFloat &&
         format.mBytesPerFrame == kSampleBytes && format.mBitsPerChannel == 8 * kSampleBytes &&
         format.mFramesPerPacket == 1;
}

}  // namespace

AudioStreamBasicDescription Instance::StreamFormat(AudioUnitScope scope) const {
  AudioStreamBasicDescription format{};
  format.mSampleRate = sampleRate_;
  format.mFormatID = kAudioFormatLinearPCM;
  format.mFormatFlags = kPlanarFloat;
  format.mBytesPerPacket = kSampleBytes;
  format.mFramesPerPacket = 1;
  format.mBytesPerFrame = kSampleBytes;
  format.mChannelsPerFrame = scope == kAudioUnitScope_Input ? channelsIn_ : channelsOut_;
  format.mBitsPerChannel = 8 * kSampleBytes;
  return format;
}

OSStatus Instance::SetStreamFormat(AudioUnitScope scope, const AudioStreamBasicDescription& format) {
  if (!IsPlanarFloat(format)) return kAudioUnitErr_FormatNotSupported;
  const bool input = scope == kAudioUnitScope_Input;
  return SetFormat(format.mSampleRate, input ? format.mChannelsPerFrame : channelsIn_,
                   input ? channelsOut_ : format.mChannelsPerFrame);
}

// Hosts set one side after the other: what doesn't fit together is refused when it is to be used.
OSStatus Instance::SetFormat(double sampleRate, UInt32 channelsIn, UInt32 channelsOut) {
  const bool sensible = sampleRate >= 8000 && sampleRate <= 768000 && channelsIn >= 1 && channelsOut >= 1 &&
                        channelsIn <= kChannelsMax && channelsOut <= kChannelsMax;
  if (!sensible) return kAudioUnitErr_FormatNotSupported;
  const bool same = sampleRate == sampleRate_ && channelsIn == channelsIn_ && channelsOut == channelsOut_;
  if (same) return noErr;
  if (initialised_) return kAudioUnitErr_Initialized;
  sampleRate_ = sampleRate;
  channelsIn_ = channelsIn;
  channelsOut_ = channelsOut;
  core_.Announce(sampleRate_, framesMax_);
  for (const AudioUnitScope scope : {kAudioUnitScope_Input, kAudioUnitScope_Output}) {
    listeners_.Tell(unit_, kAudioUnitProperty_StreamFormat, scope, 0);
  }
  return noErr;
}

}  // namespace jambridge::au
