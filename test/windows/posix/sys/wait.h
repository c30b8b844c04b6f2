// waitpid() for what spawn.h started.
#pragma once

#include "test/windows/posix/spawn.h"

#define WIFEXITED(status) ((status) >= 0)
#define WEXITSTATUS(status) (status)
#define WTERMSIG(status) 0

/** `status`: the exit code; negative for a crash. */
inline pid_t waitpid(pid_t pid, int* status, int /*options*/) {
  const HANDLE process = SpawnedProcess(pid);
  if (WaitForSingleObject(process, INFINITE) != WAIT_OBJECT_0) return -1;
  DWORD code = 0;
  GetExitCodeProcess(process, &code);
  CloseHandle(process);
  *status = static_cast<int>(code);
  return pid;
}
