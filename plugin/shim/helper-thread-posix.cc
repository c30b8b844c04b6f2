#include <pthread.h>
#include <signal.h>

#include <system_error>
#include <utility>

#include "plugin/shim/helper-thread.h"

namespace jambridge {
namespace {

void NameThisThread(const char* name) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), name);
#elif defined(__APPLE__)
  pthread_setname_np(name);
#endif
}

}  // namespace

std::thread StartHelperThread(const char* name, std::function<void()> body) {
  // The host's signals are not for this thread.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  try {
    thread = std::thread([name, run = std::move(body)] {
      NameThisThread(name);
      run();
    });
  } catch (const std::system_error&) {
    // No thread to be had: instances attach at activation or not at all, and the dry path plays on.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace jambridge
