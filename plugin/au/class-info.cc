// State, as hosts keep it: a dictionary that says whose it is, with the shim's text as its data.
#include <string_view>

#include "plugin/au/identity.h"
#include "plugin/au/instance.h"
#include "plugin/au/text.h"

namespace jambridge::au {
namespace {

void Put(CFMutableDictionaryRef into, CFStringRef key, CFTypeRef value) {
  CFDictionarySetValue(into, key, value);
  CFRelease(value);
}

CFNumberRef NewNumber(UInt32 value) {
  const auto number = static_cast<SInt32>(value);
  return CFNumberCreate(kCFAllocatorDefault, kCFNumberSInt32Type, &number);
}

bool Is(CFDictionaryRef state, CFStringRef key, UInt32 expected) {
  const auto* value = static_cast<CFNumberRef>(CFDictionaryGetValue(state, key));
  SInt32 number = 0;
  if (value == nullptr || CFGetTypeID(value) != CFNumberGetTypeID()) return false;
  return CFNumberGetValue(value, kCFNumberSInt32Type, &number) != 0 &&
         static_cast<UInt32>(number) == expected;
}

}  // namespace

CFPropertyListRef Instance::CopyClassInfo() const {
  CFMutableDictionaryRef state = CFDictionaryCreateMutable(
      kCFAllocatorDefault, 0, &kCFTypeDictionaryKeyCallBacks, &kCFTypeDictionaryValueCallBacks);
  const std::string text = core_.SerializeState();
  Put(state, CFSTR(kAUPresetVersionKey), NewNumber(0));
  Put(state, CFSTR(kAUPresetTypeKey), NewNumber(kType));
  Put(state, CFSTR(kAUPresetSubtypeKey), NewNumber(kSubtype));
  Put(state, CFSTR(kAUPresetManufacturerKey), NewNumber(kManufacturer));
  Put(state, CFSTR(kAUPresetNameKey), NewString(presetName_));
  Put(state, CFSTR(kAUPresetDataKey),
      CFDataCreate(kCFAllocatorDefault, reinterpret_cast<const UInt8*>(text.data()),
                   static_cast<CFIndex>(text.size())));
  return state;
}

OSStatus Instance::RestoreClassInfo(CFPropertyListRef state) {
  if (state == nullptr || CFGetTypeID(state) != CFDictionaryGetTypeID()) {
    return kAudioUnitErr_InvalidPropertyValue;
  }
  const auto* dictionary = static_cast<CFDictionaryRef>(state);
  const bool ours = Is(dictionary, CFSTR(kAUPresetTypeKey), kType) &&
                    Is(dictionary, CFSTR(kAUPresetSubtypeKey), kSubtype) &&
                    Is(dictionary, CFSTR(kAUPresetManufacturerKey), kManufacturer);
  const auto* data = static_cast<CFDataRef>(CFDictionaryGetValue(dictionary, CFSTR(kAUPresetDataKey)));
  if (!ours || data == nullptr || CFGetTypeID(data) != CFDataGetTypeID()) {
    return kAudioUnitErr_InvalidPropertyValue;
  }
  const std::string_view text(reinterpret_cast<const char*>(CFDataGetBytePtr(data)),
                              static_cast<size_t>(CFDataGetLength(data)));
  if (!core_.UnserializeState(text)) return kAudioUnitErr_InvalidPropertyValue;
  const auto* name = static_cast<CFStringRef>(CFDictionaryGetValue(dictionary, CFSTR(kAUPresetNameKey)));
  if (name != nullptr && CFGetTypeID(name) == CFStringGetTypeID()) presetName_ = TextOf(name);
  presetNumber_ = -1;
  listeners_.Tell(unit_, kAudioUnitProperty_PresentPreset, kAudioUnitScope_Global, 0);
  return noErr;
}

}  // namespace jambridge::au
