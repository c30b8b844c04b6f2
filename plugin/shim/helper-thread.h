// A thread of the plugin's own within somebody else's process: where the systems differ.
#pragma once

#include <functional>
#include <thread>

namespace jambridge {

/**
 * Starts a thread that is called `name` (at most 15 bytes) in debuggers and gets none of the host's signals.
 * Not joinable if the system has none to give. [main-thread]
 */
std::thread StartHelperThread(const char* name, std::function<void()> body);

}  // namespace jambridge
