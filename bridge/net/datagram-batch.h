// Many datagrams in one system call, in memory that is prepared once. The two classes are written
// twice: udp-linux.cc hands the kernel a whole batch, udp-darwin.cc loops.
#pragma once

#include <cstdint>
#include <memory>

#include "bridge/net/multicast-socket.h"
#include "bridge/net/network-counters.h"

namespace jambridge {

/// Per received datagram: length (-1 = truncated), source IPv4 (network order), source port, interface index.
inline constexpr uint32_t kReceiveMetaInts = 4;
/// Per datagram to send: byte offset into the send slab, length.
inline constexpr uint32_t kSendMetaInts = 2;
inline constexpr int32_t kTruncated = -1;

class ReceiveBatch {
 public:
  /// `slab` holds batchMax places of datagramStride bytes, `meta` kReceiveMetaInts each; both belong
  /// to the caller and outlive this object.
  ReceiveBatch(uint8_t* slab, int32_t* meta, uint32_t datagramStride, uint32_t batchMax);
  ~ReceiveBatch();

  /// Takes what is there, without waiting; returns the number of datagrams, or -1 with errno set.
  /// Nothing there is 0. [engine-thread]
  int Receive(int socket, NetworkCounters* counters);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class SendBatch {
 public:
  SendBatch(const MulticastGroup& destination, uint32_t batchMax);
  ~SendBatch();

  /// The bytes must stay until the last Send of this batch. [engine-thread]
  void Set(uint32_t index, const uint8_t* bytes, uint32_t length);

  /// Sends entries first .. first+count-1 as far as the kernel takes them at once; returns how many
  /// (at least 1), or -1 with errno set for entry `first`. [engine-thread]
  int Send(int socket, uint32_t first, uint32_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jambridge
