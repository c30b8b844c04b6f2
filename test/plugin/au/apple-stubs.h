// Our own declarations of what the AudioUnit adapter uses of Apple's headers: names, numbers and layouts as
// the public documentation gives them. They let the adapter be compiled, and driven by a test, where there is
// no macOS; whether they are right only a Mac can tell.
#pragma once

#include <cstddef>
#include <cstdint>

using SInt16 = int16_t;
using SInt32 = int32_t;
using UInt8 = uint8_t;
using UInt16 = uint16_t;
using UInt32 = uint32_t;
using UInt64 = uint64_t;
using Float32 = float;
using Float64 = double;
using Boolean = unsigned char;
using OSStatus = SInt32;
using OSType = UInt32;

constexpr OSStatus noErr = 0;
constexpr OSStatus kAudio_ParamError = -50;

// Core Foundation: core-foundation-stub.cc has just so much of it.
struct StubObject;
using CFTypeRef = const void*;
using CFPropertyListRef = const void*;
using CFAllocatorRef = const void*;
using CFIndex = long;
using CFTypeID = unsigned long;
using CFStringRef = const struct StubString*;
using CFArrayRef = const struct StubArray*;
using CFDataRef = const struct StubData*;
using CFNumberRef = const struct StubNumber*;
using CFDictionaryRef = const struct StubDictionary*;
using CFMutableDictionaryRef = struct StubDictionary*;
using CFStringEncoding = UInt32;
using CFNumberType = CFIndex;
struct CFArrayCallBacks {};
struct CFDictionaryKeyCallBacks {};
struct CFDictionaryValueCallBacks {};
extern const CFArrayCallBacks kCFTypeArrayCallBacks;
extern const CFDictionaryKeyCallBacks kCFTypeDictionaryKeyCallBacks;
extern const CFDictionaryValueCallBacks kCFTypeDictionaryValueCallBacks;
constexpr CFAllocatorRef kCFAllocatorDefault = nullptr;
constexpr CFStringEncoding kCFStringEncodingUTF8 = 0x08000100;
constexpr CFNumberType kCFNumberSInt32Type = 3;

CFTypeRef CFRetain(CFTypeRef object);
void CFRelease(CFTypeRef object);
CFTypeID CFGetTypeID(CFTypeRef object);
CFTypeID CFStringGetTypeID();
CFTypeID CFDataGetTypeID();
CFTypeID CFNumberGetTypeID();
CFTypeID CFDictionaryGetTypeID();
CFStringRef CFStringCreateWithCString(CFAllocatorRef allocator, const char* text, CFStringEncoding encoding);
CFIndex CFStringGetLength(CFStringRef text);
Boolean CFStringGetCString(CFStringRef text, char* buffer, CFIndex bufferBytes, CFStringEncoding encoding);
CFStringRef StubConstantString(const char* text);
#define CFSTR(text) StubConstantString(text)
CFArrayRef CFArrayCreate(CFAllocatorRef allocator, const void** values, CFIndex count,
                         const CFArrayCallBacks* callbacks);
CFIndex CFArrayGetCount(CFArrayRef array);
const void* CFArrayGetValueAtIndex(CFArrayRef array, CFIndex index);
CFDataRef CFDataCreate(CFAllocatorRef allocator, const UInt8* bytes, CFIndex length);
const UInt8* CFDataGetBytePtr(CFDataRef data);
CFIndex CFDataGetLength(CFDataRef data);
CFNumberRef CFNumberCreate(CFAllocatorRef allocator, CFNumberType type, const void* value);
Boolean CFNumberGetValue(CFNumberRef number, CFNumberType type, void* value);
CFMutableDictionaryRef CFDictionaryCreateMutable(CFAllocatorRef allocator, CFIndex capacity,
                                                 const CFDictionaryKeyCallBacks* keys,
                                                 const CFDictionaryValueCallBacks* values);
void CFDictionarySetValue(CFMutableDictionaryRef dictionary, const void* key, const void* value);
const void* CFDictionaryGetValue(CFDictionaryRef dictionary, const void* key);

// Core Audio's types.
using AudioFormatFlags = UInt32;
using AudioFormatID = UInt32;
constexpr AudioFormatID kAudioFormatLinearPCM = 0x6C70636D;  // 'lpcm'
constexpr AudioFormatFlags kAudioFormatFlagIsFloat = 1U << 0;
constexpr AudioFormatFlags kAudioFormatFlagIsPacked = 1U << 3;
constexpr AudioFormatFlags kAudioFormatFlagIsNonInterleaved = 1U << 5;
struct AudioStreamBasicDescription {
  Float64 mSampleRate;
  AudioFormatID mFormatID;
  AudioFormatFlags mFormatFlags;
  UInt32 mBytesPerPacket, mFramesPerPacket, mBytesPerFrame, mChannelsPerFrame, mBitsPerChannel, mReserved;
};
struct AudioBuffer {
  UInt32 mNumberChannels;
  UInt32 mDataByteSize;
  void* mData;
};
struct AudioBufferList {
  UInt32 mNumberBuffers;
  AudioBuffer mBuffers[1];
};
struct SMPTETime {
  SInt16 mSubframes, mSubframeDivisor;
  UInt32 mCounter, mType, mFlags;
  SInt16 mHours, mMinutes, mSeconds, mFrames;
};
struct AudioTimeStamp {
  Float64 mSampleTime;
  UInt64 mHostTime;
  Float64 mRateScalar;
  UInt64 mWordClockTime;
  SMPTETime mSMPTETime;
  UInt32 mFlags, mReserved;
};

// AudioComponent.
using AudioComponentInstance = struct StubComponentInstance*;
using AudioComponentMethod = OSStatus (*)(void* self, ...);
struct AudioComponentDescription {
  OSType componentType, componentSubType, componentManufacturer;
  UInt32 componentFlags, componentFlagsMask;
};
struct AudioComponentPlugInInterface {
  OSStatus (*Open)(void* self, AudioComponentInstance instance);
  OSStatus (*Close)(void* self);
  AudioComponentMethod (*Lookup)(SInt16 selector);
  void* reserved;
};

// AudioUnit.
using AudioUnit = AudioComponentInstance;
using AudioUnitPropertyID = UInt32;
using AudioUnitScope = UInt32;
using AudioUnitElement = UInt32;
using AudioUnitParameterID = UInt32;
using AudioUnitParameterValue = Float32;
using AudioUnitRenderActionFlags = UInt32;
using AudioUnitParameterUnit = UInt32;
using AudioUnitParameterOptions = UInt32;
using AUParameterEventType = UInt32;
using AURenderCallback = OSStatus (*)(void* context, AudioUnitRenderActionFlags* flags,
                                      const AudioTimeStamp* time, UInt32 bus, UInt32 frames,
                                      AudioBufferList* data);
using AudioUnitPropertyListenerProc = void (*)(void* context, AudioUnit unit, AudioUnitPropertyID id,
                                               AudioUnitScope scope, AudioUnitElement element);
OSStatus AudioUnitRender(AudioUnit unit, AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time,
                         UInt32 bus, UInt32 frames, AudioBufferList* data);

enum : AudioUnitScope { kAudioUnitScope_Global = 0, kAudioUnitScope_Input = 1, kAudioUnitScope_Output = 2 };
enum : AudioUnitRenderActionFlags {
  kAudioUnitRenderAction_PreRender = 1U << 2,
  kAudioUnitRenderAction_PostRender = 1U << 3,
  kAudioUnitRenderAction_OutputIsSilence = 1U << 4,
};
enum : SInt16 {
  kAudioUnitInitializeSelect = 1,
  kAudioUnitUninitializeSelect = 2,
  kAudioUnitGetPropertyInfoSelect = 3,
  kAudioUnitGetPropertySelect = 4,
  kAudioUnitSetPropertySelect = 5,
  kAudioUnitGetParameterSelect = 6,
  kAudioUnitSetParameterSelect = 7,
  kAudioUnitResetSelect = 9,
  kAudioUnitAddPropertyListenerSelect = 10,
  kAudioUnitRemovePropertyListenerSelect = 11,
  kAudioUnitRenderSelect = 14,
  kAudioUnitAddRenderNotifySelect = 15,
  kAudioUnitRemoveRenderNotifySelect = 16,
  kAudioUnitScheduleParametersSelect = 17,
  kAudioUnitRemovePropertyListenerWithUserDataSelect = 18,
  kMusicDeviceMIDIEventSelect = 0x101,
  kMusicDeviceSysExSelect = 0x102,
};
enum : AudioUnitPropertyID {
  kAudioUnitProperty_ClassInfo = 0,
  kAudioUnitProperty_MakeConnection = 1,
  kAudioUnitProperty_SampleRate = 2,
  kAudioUnitProperty_ParameterList = 3,
  kAudioUnitProperty_ParameterInfo = 4,
  kAudioUnitProperty_StreamFormat = 8,
  kAudioUnitProperty_ElementCount = 11,
  kAudioUnitProperty_Latency = 12,
  kAudioUnitProperty_SupportedNumChannels = 13,
  kAudioUnitProperty_MaximumFramesPerSlice = 14,
  kAudioUnitProperty_ParameterValueStrings = 16,
  kAudioUnitProperty_TailTime = 20,
  kAudioUnitProperty_BypassEffect = 21,
  kAudioUnitProperty_LastRenderError = 22,
  kAudioUnitProperty_SetRenderCallback = 23,
  kAudioUnitProperty_ContextName = 25,
  kAudioUnitProperty_HostCallbacks = 27,
  kAudioUnitProperty_InPlaceProcessing = 29,
  kAudioUnitProperty_ParameterStringFromValue = 33,
  kAudioUnitProperty_PresentPreset = 36,
  kAudioUnitProperty_OfflineRender = 37,
  kAudioUnitProperty_ParameterValueFromString = 38,
  kAudioUnitProperty_MIDIOutputCallbackInfo = 47,
  kAudioUnitProperty_MIDIOutputCallback = 48,
};
enum : OSStatus {
  kAudioUnitErr_InvalidProperty = -10879,
  kAudioUnitErr_InvalidParameter = -10878,
  kAudioUnitErr_InvalidElement = -10877,
  kAudioUnitErr_NoConnection = -10876,
  kAudioUnitErr_FailedInitialization = -10875,
  kAudioUnitErr_TooManyFramesToProcess = -10874,
  kAudioUnitErr_FormatNotSupported = -10868,
  kAudioUnitErr_Uninitialized = -10867,
  kAudioUnitErr_InvalidScope = -10866,
  kAudioUnitErr_PropertyNotWritable = -10865,
  kAudioUnitErr_CannotDoInCurrentContext = -10863,
  kAudioUnitErr_InvalidPropertyValue = -10851,
  kAudioUnitErr_Initialized = -10849,
};
enum : AudioUnitParameterUnit {
  kAudioUnitParameterUnit_Generic = 0,
  kAudioUnitParameterUnit_Indexed = 1,
  kAudioUnitParameterUnit_Boolean = 2,
  kAudioUnitParameterUnit_Seconds = 4,
  kAudioUnitParameterUnit_LinearGain = 14,
  kAudioUnitParameterUnit_Milliseconds = 24,
};
enum : AudioUnitParameterOptions {
  kAudioUnitParameterFlag_CFNameRelease = 1U << 4,
  kAudioUnitParameterFlag_NonRealTime = 1U << 14,
  kAudioUnitParameterFlag_ValuesHaveStrings = 1U << 21,
  kAudioUnitParameterFlag_HasCFNameString = 1U << 27,
  kAudioUnitParameterFlag_IsReadable = 1U << 30,
  kAudioUnitParameterFlag_IsWritable = 1U << 31,
};
enum : AUParameterEventType { kParameterEvent_Immediate = 1, kParameterEvent_Ramped = 2 };

struct AudioUnitParameterInfo {
  char name[52];
  CFStringRef unitName;
  UInt32 clumpID;
  CFStringRef cfNameString;
  AudioUnitParameterUnit unit;
  AudioUnitParameterValue minValue, maxValue, defaultValue;
  AudioUnitParameterOptions flags;
};
struct AudioUnitParameterStringFromValue {
  AudioUnitParameterID inParamID;
  const AudioUnitParameterValue* inValue;
  CFStringRef outString;
};
struct AudioUnitParameterValueFromString {
  AudioUnitParameterID inParamID;
  CFStringRef inString;
  AudioUnitParameterValue outValue;
};
struct AudioUnitParameterEvent {
  AudioUnitScope scope;
  AudioUnitElement element;
  AudioUnitParameterID parameter;
  AUParameterEventType eventType;
  union {
    struct {
      SInt32 startBufferOffset;
      UInt32 durationInFrames;
      AudioUnitParameterValue startValue, endValue;
    } ramp;
    struct {
      UInt32 bufferOffset;
      AudioUnitParameterValue value;
    } immediate;
  } eventValues;
};
struct AudioUnitConnection {
  AudioUnit sourceAudioUnit;
  UInt32 sourceOutputNumber, destInputNumber;
};
struct AURenderCallbackStruct {
  AURenderCallback inputProc;
  void* inputProcRefCon;
};
struct AUChannelInfo {
  SInt16 inChannels, outChannels;
};
struct AUPreset {
  SInt32 presetNumber;
  CFStringRef presetName;
};
struct HostCallbackInfo {
  void* hostUserData;
  OSStatus (*beatAndTempoProc)(void*, Float64* beat, Float64* tempo);
  OSStatus (*musicalTimeLocationProc)(void*, UInt32* toNextBeat, Float32* numerator, UInt32* denominator,
                                      Float64* downBeat);
  OSStatus (*transportStateProc)(void*, Boolean* playing, Boolean* changed, Float64* frame, Boolean* cycling,
                                 Float64* cycleStart, Float64* cycleEnd);
  OSStatus (*transportStateProc2)(void*, Boolean* playing, Boolean* recording, Boolean* changed,
                                  Float64* frame, Boolean* cycling, Float64* cycleStart, Float64* cycleEnd);
};
#define kAUPresetVersionKey "version"
#define kAUPresetTypeKey "type"
#define kAUPresetSubtypeKey "subtype"
#define kAUPresetManufacturerKey "manufacturer"
#define kAUPresetDataKey "data"
#define kAUPresetNameKey "name"

// Core MIDI.
using MIDITimeStamp = UInt64;
using ByteCount = unsigned long;
#pragma pack(push, 4)
struct MIDIPacket {
  MIDITimeStamp timeStamp;
  UInt16 length;
  UInt8 data[256];
};
struct MIDIPacketList {
  UInt32 numPackets;
  MIDIPacket packet[1];
};
#pragma pack(pop)
/// As Core MIDI has it on ARM: packets begin at multiples of four.
inline MIDIPacket* MIDIPacketNext(const MIDIPacket* packet) {
  const auto end = reinterpret_cast<uintptr_t>(packet->data + packet->length);
  return reinterpret_cast<MIDIPacket*>((end + 3U) & ~uintptr_t{3});
}
MIDIPacket* MIDIPacketListInit(MIDIPacketList* list);
MIDIPacket* MIDIPacketListAdd(MIDIPacketList* list, ByteCount listBytes, MIDIPacket* last, MIDITimeStamp time,
                              ByteCount dataBytes, const UInt8* data);
struct AUMIDIOutputCallbackStruct {
  OSStatus (*midiOutputCallback)(void* userData, const AudioTimeStamp* time, UInt32 midiOut,
                                 const MIDIPacketList* packets);
  void* userData;
};
