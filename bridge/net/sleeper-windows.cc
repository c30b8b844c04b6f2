// Windows: the socket sets an event when something can be read, the doorbell is one, and a timer of high
// resolution is the timeout: the system's own timeouts are whole milliseconds, and late.
#include "bridge/net/sleeper.h"
#include "bridge/net/winsock.h"

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION  // Windows 10, 1803
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

namespace jambridge {

struct Sleeper::State {
  HANDLE timer = nullptr;
  WSAEVENT readable = nullptr;
  HANDLE bell = nullptr;
};

Sleeper::Sleeper() : state_(std::make_unique<State>()) {
  state_->timer =
      CreateWaitableTimerExW(nullptr, nullptr, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TIMER_ALL_ACCESS);
  if (state_->timer == nullptr) state_->timer = CreateWaitableTimerW(nullptr, FALSE, nullptr);
}

Sleeper::~Sleeper() {
  if (state_->readable != nullptr) WSACloseEvent(state_->readable);
  if (state_->timer != nullptr) CloseHandle(state_->timer);
}

bool Sleeper::Watch(int first, int second) {
  if (first >= 0) {
    if (state_->readable == nullptr) state_->readable = WSACreateEvent();
    if (WSAEventSelect(SocketOf(first), state_->readable, FD_READ) != 0) {
      TakeSocketError();
      return false;
    }
  }
  state_->bell = second < 0 ? nullptr : reinterpret_cast<HANDLE>(static_cast<intptr_t>(second));
  return state_->timer != nullptr;
}

void Sleeper::Sleep(int64_t timeoutNs) {
  LARGE_INTEGER due;
  due.QuadPart = timeoutNs > 0 ? -timeoutNs / 100 : -1;  // in units of 100 ns, from now
  SetWaitableTimer(state_->timer, &due, 0, nullptr, nullptr, FALSE);
  HANDLE awaited[3] = {state_->timer};
  DWORD count = 1;
  if (state_->readable != nullptr) awaited[count++] = state_->readable;
  if (state_->bell != nullptr) awaited[count++] = state_->bell;
  WaitForMultipleObjects(count, awaited, FALSE, INFINITE);
  if (state_->readable != nullptr) WSAResetEvent(state_->readable);
}

void AskForPreciseTimeouts() {}

}  // namespace jambridge
