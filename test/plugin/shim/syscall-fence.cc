#include "test/plugin/shim/syscall-fence.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iterator>

namespace jambridge::test {
namespace {

/** In the fenced thread itself: it may still write one line and leave. */
void OnTrap(int /*signal*/, siginfo_t* info, void* /*context*/) {
  char text[] = "system call number 000 was made\n";
  int number = info->si_syscall;
  for (int digit = 21; digit >= 19; digit--, number /= 10) text[digit] = static_cast<char>('0' + number % 10);
  // write(2) to this one descriptor is let through by the filter.
  static_cast<void>(!write(STDERR_FILENO, text, sizeof text - 1));
  _exit(kFenceExitCode);
}

constexpr auto kArgument0 = static_cast<unsigned>(offsetof(seccomp_data, args));

}  // namespace

bool FenceThisThread() {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = OnTrap;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return false;
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offsetof(seccomp_data, nr))),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_sendto, 6, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clock_gettime, 5, 0),  // where the vDSO has no clock
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_exit_group, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_write, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kArgument0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDERR_FILENO, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {static_cast<unsigned short>(std::size(program)), program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace jambridge::test
