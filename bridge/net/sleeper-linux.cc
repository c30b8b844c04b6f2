#include <poll.h>
#include <sys/prctl.h>

#include <ctime>

#include "bridge/net/sleeper.h"

namespace jambridge {

struct Sleeper::State {
  pollfd watched[kSocketsMax];
};

Sleeper::Sleeper() : state_(std::make_unique<State>()) { Watch(-1, -1); }
Sleeper::~Sleeper() = default;

bool Sleeper::Watch(int first, int second) {
  // ppoll skips negative descriptors.
  state_->watched[0] = {first, POLLIN, 0};
  state_->watched[1] = {second, POLLIN, 0};
  return true;
}

void Sleeper::Sleep(int64_t timeoutNs) {
  if (timeoutNs < 0) timeoutNs = 0;
  timespec timeout{};
  timeout.tv_sec = timeoutNs / 1'000'000'000;
  timeout.tv_nsec = timeoutNs % 1'000'000'000;
  ppoll(state_->watched, kSocketsMax, &timeout, nullptr);
}

void AskForPreciseTimeouts() { prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); }

}  // namespace jambridge
