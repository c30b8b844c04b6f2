// Which of a plugin's threads the caller is; answers CLAP's thread-check.
#pragma once

namespace jambridge::host {

enum class ThreadRole { kOther, kMain, kAudio };

/** Set once by each thread for itself. [any-thread] */
inline thread_local ThreadRole threadRole = ThreadRole::kOther;

}  // namespace jambridge::host
