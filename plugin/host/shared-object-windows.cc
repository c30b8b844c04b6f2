#include <windows.h>

#include "plugin/host/shared-object.h"

namespace jambridge::host {

namespace fs = std::filesystem;

/** Contents/x86_64-win/<name>.vst3: the rule for VST3 bundles. */
std::vector<fs::path> ObjectsInBundle(const fs::path& bundle) {
  return {bundle / "Contents" / "x86_64-win" / bundle.filename()};
}

void* OpenObject(const fs::path& path, std::string* whyNot) {
  // Without the box that asks the user what to do about a missing DLL.
  DWORD before = 0;
  SetThreadErrorMode(SEM_FAILCRITICALERRORS, &before);
  const HMODULE module = LoadLibraryW(path.c_str());
  if (module == nullptr) *whyNot = "error " + std::to_string(GetLastError());
  SetThreadErrorMode(before, nullptr);
  return module;
}

void CloseObject(void* handle) { FreeLibrary(static_cast<HMODULE>(handle)); }

void* ObjectSymbol(void* handle, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle), name));
}

}  // namespace jambridge::host
