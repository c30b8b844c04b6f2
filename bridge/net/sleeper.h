// Sleeps until one of a few sockets has something to read, or a time has passed: to the microsecond.
#pragma once

#include <cstdint>
#include <memory>

namespace jambridge {

class Sleeper {
 public:
  static constexpr uint32_t kSocketsMax = 2;

  Sleeper();
  ~Sleeper();
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  /// The sockets stay their owners'; -1 is skipped. Returns false, with errno set, when the system
  /// has no room to watch them. [engine-thread]
  bool Watch(int first, int second);

  /// A signal ends the sleep like a timeout does. [engine-thread]
  void Sleep(int64_t timeoutNs);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Linux lets sleeping threads of normal priority oversleep by 50 us to save wake-ups; not the
/// calling thread any longer. Best effort. [engine-thread]
void AskForPreciseTimeouts();

}  // namespace jambridge
