// Lets the kernel itself watch a thread: any system call but those of the doorbell and the clock ends the
// process with kFenceExitCode, having said which one it was.
#pragma once

namespace jambridge::test {

inline constexpr int kFenceExitCode = 99;

/** From now on, for the calling thread only, and for ever. False: the system has no seccomp. */
bool FenceThisThread();

}  // namespace jambridge::test
