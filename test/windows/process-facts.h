// What Windows knows of this process: threads, handles, memory.
#pragma once

#include <windows.h>
// after windows.h, which they need
#include <psapi.h>
#include <tlhelp32.h>

#include <cstddef>

namespace jambridge::test {

/** What libstdc++, linked into a module, never gives back: 73 KiB a load were measured, most of it its pool
 * for exceptions thrown when memory is short. */
inline constexpr size_t kRuntimeKibPerLoad = 80;

inline size_t CountThreads() {
  const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  THREADENTRY32 entry = {};
  entry.dwSize = sizeof entry;
  size_t count = 0;
  for (BOOL more = Thread32First(snapshot, &entry); more != 0; more = Thread32Next(snapshot, &entry))
    count += entry.th32OwnerProcessID == GetCurrentProcessId() ? 1 : 0;
  CloseHandle(snapshot);
  return count;
}

inline size_t CountDescriptors() {
  DWORD handles = 0;
  GetProcessHandleCount(GetCurrentProcess(), &handles);
  return handles;
}

inline size_t CountMappings() {
  size_t count = 0;
  MEMORY_BASIC_INFORMATION region;
  for (const char* at = nullptr; VirtualQuery(at, &region, sizeof region) != 0;) {
    count += region.State == MEM_FREE ? 0 : 1;
    at = static_cast<const char*>(region.BaseAddress) + region.RegionSize;
  }
  return count;
}

inline size_t ResidentKib() {
  PROCESS_MEMORY_COUNTERS counters = {};
  counters.cb = sizeof counters;
  GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
  return counters.WorkingSetSize / 1024;
}

}  // namespace jambridge::test
