// Real child processes for tests of what happens when one is killed.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/support/check.h"

namespace jambridge::test {

/** Runs `body` in a child, which ends with the number that it returns. */
template <typename Body>
pid_t Fork(Body&& body) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    const int code = body();
    std::fflush(nullptr);
    _exit(code);
  }
  return pid;
}

/** A pipe through which a child says how far it is. */
class Signal {
 public:
  Signal() { CHECK(pipe(ends_) == 0); }
  ~Signal() {
    close(ends_[0]);
    close(ends_[1]);
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void Send() {
    const char byte = 1;
    CHECK(write(ends_[1], &byte, 1) == 1);
  }
  void Await() {
    char byte;
    CHECK(read(ends_[0], &byte, 1) == 1);
  }

 private:
  int ends_[2];
};

inline int Join(pid_t pid) {
  int status = 0;
  CHECK(waitpid(pid, &status, 0) == pid);
  return status;
}

inline bool Succeeded(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

/** SIGKILL; the child remains as a zombie until Join. */
inline void Kill(pid_t pid) {
  CHECK(kill(pid, SIGKILL) == 0);
  siginfo_t info;
  CHECK(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
}

}  // namespace jambridge::test
