// Windows: the highest priority that needs no rights, and timers of a millisecond for the sleeps between
// blocks.
#include <windows.h>
// after windows.h, which it needs
#include <mmsystem.h>

#include "plugin/host/realtime-priority.h"

namespace jambridge::host {

std::string RequestRealtimePriority() {
  timeBeginPeriod(1);
  if (SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_TIME_CRITICAL) != 0) return "";
  return "error " + std::to_string(GetLastError());
}

}  // namespace jambridge::host
