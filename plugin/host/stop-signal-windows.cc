// Windows: what a console sends (Ctrl-C, Ctrl-Break, its window closed), on a thread of the system's own.
#include <windows.h>

#include <atomic>

#include "plugin/host/stop-signal.h"

namespace jambridge::host {

namespace {

std::atomic<bool> stopSignalled{false};

BOOL WINAPI OnConsoleEvent(DWORD /*event*/) {
  stopSignalled.store(true, std::memory_order_relaxed);
  return TRUE;
}

}  // namespace

void CatchStopSignals() { SetConsoleCtrlHandler(OnConsoleEvent, TRUE); }

bool StopSignalled() { return stopSignalled.load(std::memory_order_relaxed); }

}  // namespace jambridge::host
