// What the sockets did, and the last thing that went wrong. A network that comes and goes is daily
// life, so none of this is thrown: it is counted here and put into words when somebody asks.
#pragma once

#include <cstdint>
#include <string>

namespace jambridge {

/// Owner: one Network; written by its thread only. All values count since it was opened.
struct NetworkCounters {
  uint64_t datagramsReceived = 0;
  uint64_t datagramsTruncated = 0;      // longer than datagramStride
  uint64_t datagramsKernelDropped = 0;  // the receive buffer was full: we read too slowly
  uint64_t receiveErrors = 0;
  uint64_t datagramsSent = 0;     // accepted by the kernel, each interface counted
  uint64_t datagramsUnsent = 0;   // refused because a buffer was full: never waited for
  uint64_t sendErrors = 0;        // datagrams refused for any other reason
  uint64_t membershipErrors = 0;  // interfaces on which the group could not be joined (again)
  uint64_t sleeps = 0;            // how often wait() really slept
};

/// The last failure, kept as numbers so that noting it costs nothing in the hot path.
struct NetworkFailure {
  const char* what = nullptr;  // "send", "receive", ...; nullptr = nothing failed yet
  int error = 0;               // errno
  uint32_t address = 0;        // interface, network order; 0 = not tied to one
};

/// In plain words, with what to do where that is known. Empty when nothing failed. [engine-thread]
std::string DescribeFailure(const NetworkFailure& failure);

}  // namespace jambridge
