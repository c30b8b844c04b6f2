// Windows: a timer of high resolution; the system's own sleeps are whole milliseconds, and late.
#include <windows.h>

#include "plugin/host/monotonic-clock.h"

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION  // Windows 10, 1803
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

namespace jambridge::host {
namespace {

class Timer {
 public:
  Timer()
      : handle_(CreateWaitableTimerExW(nullptr, nullptr, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION,
                                       TIMER_ALL_ACCESS)) {
    if (handle_ == nullptr) handle_ = CreateWaitableTimerW(nullptr, FALSE, nullptr);
  }
  ~Timer() { CloseHandle(handle_); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void Sleep(int64_t ns) {
    LARGE_INTEGER due;
    due.QuadPart = -ns / 100;  // in units of 100 ns, from now
    if (SetWaitableTimer(handle_, &due, 0, nullptr, nullptr, FALSE) != 0)
      WaitForSingleObject(handle_, INFINITE);
  }

 private:
  HANDLE handle_;
};

}  // namespace

void SleepUntilNs(int64_t ns) {
  thread_local Timer timer;
  const int64_t left = ns - MonotonicNs();
  if (left >= 100) timer.Sleep(left);
}

}  // namespace jambridge::host
