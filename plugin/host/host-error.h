// How a run ends when it can't be done: one exception type, caught once, in main().
//
// Only [main-thread] code throws; the audio thread reports through counters.
#pragma once

#include <stdexcept>
#include <string>

namespace jambridge::host {

enum ExitCode : int { kExitDone = 0, kExitFailed = 1, kExitWrongUse = 2 };

class HostError : public std::runtime_error {
 public:
  HostError(ExitCode code, const std::string& text) : std::runtime_error(text), exitCode(code) {}
  const ExitCode exitCode;
};

/** The job can't be done: exit code 1. [main-thread] */
[[noreturn]] inline void Fail(const std::string& text) { throw HostError(kExitFailed, text); }

/** The command line asks for something wrong: exit code 2. [main-thread] */
[[noreturn]] inline void WrongUse(const std::string& text) { throw HostError(kExitWrongUse, text); }

}  // namespace jambridge::host
