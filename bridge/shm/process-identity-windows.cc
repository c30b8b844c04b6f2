// Windows: a process's start is its creation time; who exists can be opened, and is not signalled.
#include <windows.h>

#include "bridge/shm/process-identity.h"

namespace jambridge {
namespace {

uint64_t StartOf(HANDLE process) {
  FILETIME created, ended, kernel, user;
  if (GetProcessTimes(process, &created, &ended, &kernel, &user) == 0) return 0;
  return static_cast<uint64_t>(created.dwHighDateTime) << 32 | created.dwLowDateTime;
}

}  // namespace

ProcessIdentity ThisProcess() { return {GetCurrentProcessId(), StartOf(GetCurrentProcess())}; }

Liveness ProcessLiveness(uint32_t pid, uint64_t startStamp) {
  HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid);
  if (process == nullptr) {
    return GetLastError() == ERROR_INVALID_PARAMETER ? Liveness::kDead : Liveness::kUnknown;
  }
  const bool ended = WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
  const uint64_t start = StartOf(process);
  CloseHandle(process);
  if (ended) return Liveness::kDead;
  return startStamp != 0 && start != 0 && start != startStamp ? Liveness::kDead : Liveness::kAlive;
}

}  // namespace jambridge
