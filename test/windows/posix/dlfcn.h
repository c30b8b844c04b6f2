// dlopen() and its companions by LoadLibrary().
#pragma once

#include <windows.h>

#include <string>

#define RTLD_NOW 1
#define RTLD_LOCAL 2
#define RTLD_NOLOAD 4

inline void* dlopen(const char* path, int flags) {
  if ((flags & RTLD_NOLOAD) == 0) return LoadLibraryA(path);
  HMODULE module = nullptr;
  return GetModuleHandleExA(0, path, &module) != 0 ? module : nullptr;
}
inline void dlclose(void* handle) { FreeLibrary(static_cast<HMODULE>(handle)); }
inline void* dlsym(void* handle, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle), name));
}
inline const char* dlerror() {
  static std::string text;
  text = "error " + std::to_string(GetLastError());
  return text.c_str();
}
