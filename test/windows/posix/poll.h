// poll() for one doorbell: an event, of which the descriptor is the handle.
#pragma once

#include <windows.h>

#define POLLIN 1

struct pollfd {
  int fd;
  short events;
  short revents;
};

/** The wait takes the ring; `count` is 1. */
inline int poll(pollfd* waiting, int count, int timeoutMs) {
  const auto event = reinterpret_cast<HANDLE>(static_cast<intptr_t>(waiting->fd));
  return count == 1 && WaitForSingleObject(event, static_cast<DWORD>(timeoutMs)) == WAIT_OBJECT_0 ? 1 : 0;
}
