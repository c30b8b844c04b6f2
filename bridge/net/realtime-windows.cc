// Windows: the multimedia class scheduler gives a thread a professional musician's priority. It is asked for
// by name, for its library need not be there.
#include <windows.h>

#include "bridge/net/realtime.h"

namespace jambridge {
namespace {

using Enter = HANDLE(WINAPI*)(const char* task, DWORD* index);
using Leave = BOOL(WINAPI*)(HANDLE task);

thread_local HANDLE tTask = nullptr;

template <class Function>
Function Find(const char* name) {
  const HMODULE library = LoadLibraryA("avrt.dll");
  return library == nullptr
             ? nullptr
             : reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(library, name)));
}

}  // namespace

std::string RequestRealtime(int priority) {
  if (priority < 0 || priority > 99) return "a real-time priority is 1..99, or 0 for none";
  if (priority == 0) {
    if (const auto leave = Find<Leave>("AvRevertMmThreadCharacteristics");
        leave != nullptr && tTask != nullptr)
      leave(tTask);
    tTask = nullptr;
    return "";
  }
  if (tTask != nullptr) return "";
  DWORD index = 0;
  if (const auto enter = Find<Enter>("AvSetMmThreadCharacteristicsA")) tTask = enter("Pro Audio", &index);
  return tTask != nullptr ? ""
                          : "the multimedia class scheduler refuses: error " + std::to_string(GetLastError());
}

std::string LockMemory() {
  return "Windows does not let a process lock all of its memory; it is not needed for correct work";
}

}  // namespace jambridge
