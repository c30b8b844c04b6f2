// Real-time priority for the calling thread, locked memory for the process: both best effort.
#pragma once

#include <string>

namespace jambridge {

/// Priority 1..99 asks for real-time scheduling, 0 goes back to normal. Returns "" on success, else
/// what is missing and what to do, in plain words. [engine-thread]
std::string RequestRealtime(int priority);

/// Keeps the memory the process uses, now and later, from being paged out. Returns "" or the reason.
/// [control-thread]
std::string LockMemory();

}  // namespace jambridge
