// Stands in front of the C library: counts what a real-time thread may not call, while it is being watched.
#pragma once

namespace jambridge::test {

/** While one lives, the calling thread may call nothing that allocates, locks, waits or talks to the system.
 */
class RealtimeWatch {
 public:
  RealtimeWatch();
  ~RealtimeWatch();
  RealtimeWatch(const RealtimeWatch&) = delete;
  RealtimeWatch& operator=(const RealtimeWatch&) = delete;
};

/** The name of the first forbidden call since the last question, or nullptr. */
const char* TakeViolation();

/** Whether a module that is loaded later calls what is watched, and not the C library itself. */
bool WatchesModules();

/** How often the one allowed call, sendto, was made under watch. */
unsigned AllowedSends();

}  // namespace jambridge::test
