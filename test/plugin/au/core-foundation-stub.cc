// So much of Core Foundation and Core MIDI as the adapter and its test call, with every object counted: what
// the adapter forgets to release is seen.
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "test/plugin/au/apple-stubs.h"
#include "test/plugin/au/stub-objects.h"

int gStubObjectsAlive = 0;

struct StubObject {
  explicit StubObject(CFTypeID typeId) : type(typeId) { ++gStubObjectsAlive; }
  virtual ~StubObject() { --gStubObjectsAlive; }
  const CFTypeID type;
  int references = 1;
  bool constant = false;
};
struct StubString : StubObject {
  explicit StubString(std::string bytes) : StubObject(1), text(std::move(bytes)) {}
  const std::string text;
};
struct StubArray : StubObject {
  StubArray() : StubObject(2) {}
  ~StubArray() override {
    for (const void* value : values) CFRelease(value);
  }
  std::vector<const void*> values;
};
struct StubData : StubObject {
  StubData(const UInt8* from, CFIndex length) : StubObject(3), bytes(from, from + length) {}
  const std::vector<UInt8> bytes;
};
struct StubNumber : StubObject {
  explicit StubNumber(SInt32 number) : StubObject(4), value(number) {}
  const SInt32 value;
};
struct StubDictionary : StubObject {
  StubDictionary() : StubObject(5) {}
  ~StubDictionary() override {
    for (const auto& [key, value] : values) CFRelease(value);
  }
  std::map<std::string, const void*> values;
};

const CFArrayCallBacks kCFTypeArrayCallBacks{};
const CFDictionaryKeyCallBacks kCFTypeDictionaryKeyCallBacks{};
const CFDictionaryValueCallBacks kCFTypeDictionaryValueCallBacks{};

// Every object is handed out as a pointer to what it is; all begin with StubObject.
static StubObject* ObjectOf(CFTypeRef object) { return static_cast<StubObject*>(const_cast<void*>(object)); }
static_assert(std::is_base_of_v<StubObject, StubDictionary>);

CFTypeRef CFRetain(CFTypeRef object) {
  ObjectOf(object)->references++;
  return object;
}
void CFRelease(CFTypeRef object) {
  StubObject* held = ObjectOf(object);
  if (!held->constant && --held->references == 0) delete held;
}
CFTypeID CFGetTypeID(CFTypeRef object) { return ObjectOf(object)->type; }
CFTypeID CFStringGetTypeID() { return 1; }
CFTypeID CFDataGetTypeID() { return 3; }
CFTypeID CFNumberGetTypeID() { return 4; }
CFTypeID CFDictionaryGetTypeID() { return 5; }

CFStringRef CFStringCreateWithCString(CFAllocatorRef, const char* text, CFStringEncoding) {
  return new StubString(text);
}
CFIndex CFStringGetLength(CFStringRef text) { return static_cast<CFIndex>(text->text.size()); }
Boolean CFStringGetCString(CFStringRef text, char* buffer, CFIndex bufferBytes, CFStringEncoding) {
  if (static_cast<CFIndex>(text->text.size()) >= bufferBytes) return 0;
  std::memcpy(buffer, text->text.c_str(), text->text.size() + 1);
  return 1;
}
CFStringRef StubConstantString(const char* text) {
  static auto& constants = *new std::map<std::string, StubString*>;  // for ever, as constants are
  StubString*& constant = constants[text];
  if (constant == nullptr) {
    constant = new StubString(text);
    constant->constant = true;
    --gStubObjectsAlive;
  }
  return constant;
}

CFArrayRef CFArrayCreate(CFAllocatorRef, const void** values, CFIndex count, const CFArrayCallBacks*) {
  auto* array = new StubArray;
  for (CFIndex i = 0; i < count; i++) array->values.push_back(CFRetain(values[i]));
  return array;
}
CFIndex CFArrayGetCount(CFArrayRef array) { return static_cast<CFIndex>(array->values.size()); }
const void* CFArrayGetValueAtIndex(CFArrayRef array, CFIndex index) {
  return array->values[static_cast<size_t>(index)];
}

CFDataRef CFDataCreate(CFAllocatorRef, const UInt8* bytes, CFIndex length) {
  return new StubData(bytes, length);
}
const UInt8* CFDataGetBytePtr(CFDataRef data) { return data->bytes.data(); }
CFIndex CFDataGetLength(CFDataRef data) { return static_cast<CFIndex>(data->bytes.size()); }

CFNumberRef CFNumberCreate(CFAllocatorRef, CFNumberType, const void* value) {
  return new StubNumber(*static_cast<const SInt32*>(value));
}
Boolean CFNumberGetValue(CFNumberRef number, CFNumberType, void* value) {
  *static_cast<SInt32*>(value) = number->value;
  return 1;
}

CFMutableDictionaryRef CFDictionaryCreateMutable(CFAllocatorRef, CFIndex, const CFDictionaryKeyCallBacks*,
                                                 const CFDictionaryValueCallBacks*) {
  return new StubDictionary;
}
void CFDictionarySetValue(CFMutableDictionaryRef dictionary, const void* key, const void* value) {
  const void*& held = dictionary->values[static_cast<CFStringRef>(key)->text];
  CFRetain(value);
  if (held != nullptr) CFRelease(held);
  held = value;
}
const void* CFDictionaryGetValue(CFDictionaryRef dictionary, const void* key) {
  const auto found = dictionary->values.find(static_cast<CFStringRef>(key)->text);
  return found == dictionary->values.end() ? nullptr : found->second;
}

MIDIPacket* MIDIPacketListInit(MIDIPacketList* list) {
  list->numPackets = 0;
  return list->packet;
}
MIDIPacket* MIDIPacketListAdd(MIDIPacketList* list, ByteCount listBytes, MIDIPacket* last, MIDITimeStamp time,
                              ByteCount dataBytes, const UInt8* data) {
  MIDIPacket* packet = list->numPackets > 0 ? MIDIPacketNext(last) : last;
  const auto usedBytes =
      static_cast<ByteCount>(reinterpret_cast<UInt8*>(packet) - reinterpret_cast<UInt8*>(list));
  if (usedBytes + offsetof(MIDIPacket, data) + dataBytes > listBytes) return nullptr;
  packet->timeStamp = time;
  packet->length = static_cast<UInt16>(dataBytes);
  std::memcpy(packet->data, data, dataBytes);
  list->numPackets++;
  return packet;
}
