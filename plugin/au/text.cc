#include "plugin/au/text.h"

namespace jambridge::au {

CFStringRef NewString(std::string_view text) {
  return CFStringCreateWithCString(kCFAllocatorDefault, std::string(text).c_str(), kCFStringEncodingUTF8);
}

CFArrayRef NewArray(const std::vector<std::string>& texts) {
  std::vector<const void*> strings;
  for (const std::string& text : texts) strings.push_back(NewString(text));
  CFArrayRef array = CFArrayCreate(kCFAllocatorDefault, strings.data(), static_cast<CFIndex>(strings.size()),
                                   &kCFTypeArrayCallBacks);
  for (const void* string : strings) CFRelease(string);  // the array holds them now
  return array;
}

std::string TextOf(CFStringRef text) {
  if (text == nullptr) return {};
  std::string bytes(static_cast<size_t>(CFStringGetLength(text)) * 4 + 1, '\0');
  if (CFStringGetCString(text, bytes.data(), static_cast<CFIndex>(bytes.size()), kCFStringEncodingUTF8) == 0)
    return {};
  bytes.resize(bytes.find('\0'));
  return bytes;
}

}  // namespace jambridge::au
