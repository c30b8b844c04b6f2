// Real-time priority for the audio thread, as a DAW's driver thread has it.
#pragma once

#include <string>

namespace jambridge::host {

/** Asks the system for the calling thread. Empty: granted; otherwise the reason why not. [audio-thread] */
std::string RequestRealtimePriority();

}  // namespace jambridge::host
