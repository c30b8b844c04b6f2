// Darwin has no ppoll; kevent takes a timespec and any descriptor number.
#include <sys/event.h>
#include <sys/time.h>
#include <unistd.h>

#include "bridge/net/multicast-socket.h"
#include "bridge/net/sleeper.h"

namespace jambridge {

struct Sleeper::State {
  SocketHandle queue;
};

Sleeper::Sleeper() : state_(std::make_unique<State>()) {}
Sleeper::~Sleeper() = default;

bool Sleeper::Watch(int first, int second) {
  state_->queue = SocketHandle(kqueue());  // a new queue forgets what the old one watched
  if (!state_->queue.open()) return false;
  for (const int socket : {first, second}) {
    if (socket < 0) continue;
    struct kevent change;
    EV_SET(&change, static_cast<uintptr_t>(socket), EVFILT_READ, EV_ADD, 0, 0, nullptr);
    if (kevent(state_->queue.get(), &change, 1, nullptr, 0, nullptr) != 0) return false;
  }
  return true;
}

void Sleeper::Sleep(int64_t timeoutNs) {
  if (timeoutNs < 0) timeoutNs = 0;
  timespec timeout{};
  timeout.tv_sec = timeoutNs / 1'000'000'000;
  timeout.tv_nsec = timeoutNs % 1'000'000'000;
  struct kevent happened[kSocketsMax];
  kevent(state_->queue.get(), nullptr, 0, happened, static_cast<int>(kSocketsMax), &timeout);
}

void AskForPreciseTimeouts() {}  // threads with a time constraint are not coalesced

}  // namespace jambridge
