// UTF-8 and what Windows has instead; its errors in words. Windows only.
#pragma once

#include <windows.h>

#include <string>

namespace jambridge::host {

inline std::wstring Wide(const std::string& utf8) {
  const int bytes = static_cast<int>(utf8.size());
  const int count = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, nullptr, 0);
  std::wstring wide(static_cast<size_t>(count), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, wide.data(), count);
  return wide;
}

inline std::string Utf8(const std::wstring& wide) {
  const int count = static_cast<int>(wide.size());
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, wide.data(), count, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), count, utf8.data(), bytes, nullptr, nullptr);
  return utf8;
}

inline std::string LastErrorText() { return "error " + std::to_string(GetLastError()); }

}  // namespace jambridge::host
