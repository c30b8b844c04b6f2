#include <atomic>
#include <csignal>

#include "plugin/host/stop-signal.h"

namespace jambridge::host {

namespace {
std::atomic<bool> stopSignalled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "stored in a signal handler");
}  // namespace

void CatchStopSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stopSignalled.store(true, std::memory_order_relaxed); };
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A reader of our messages that went away must not cost the files.
  std::signal(SIGPIPE, SIG_IGN);
}

bool StopSignalled() { return stopSignalled.load(std::memory_order_relaxed); }

}  // namespace jambridge::host
