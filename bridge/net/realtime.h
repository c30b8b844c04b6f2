// Real-time priority for the calling thread, locked memory for the process: best effort both.
#pragma once

#include <string>

namespace jambridge {

/// Priority 1..99 asks for real-time scheduling, 0 goes back to normal. Returns "" on success, else
/// what is missing and what to do, in plain words. [engine-thread]
std::string RequestRealtime(int priority);

/// Keeps the program's code and the segments mapped so far from being paged out; not the heap of V8,
/// which does not bear it. Returns "" or the reason. [control-thread]
std::string LockMemory();

}  // namespace jambridge
