// Batched UDP multicast and the engine's one place to wait: sockets, doorbell and shared memory in
// one call. One Network belongs to one thread.
//
//   wait():  take datagrams | spin, bounded | announce sleep | ppoll {socket, doorbell} | take datagrams
//   send():  the same batch once through each interface
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bridge/net/datagram-batch.h"
#include "bridge/net/network-counters.h"
#include "bridge/net/network-memory.h"
#include "bridge/net/network-options.h"
#include "bridge/net/sleeper.h"
#include "bridge/shm/doorbell.h"

namespace jambridge {

class Network {
 public:
  static constexpr int64_t kSleepNsMax = 60'000'000'000;  // nothing waits for ever

  /// Returns null and says why in `error`. [engine-thread]
  static std::unique_ptr<Network> Open(const NetworkOptions& options, std::string* error);

  /// Returns the number of datagrams received, now in receiveSlab and receiveMeta; 0 when something
  /// was published, the bell rang or the time is over; -1 on a socket error. Datagrams first, so a
  /// busy plugin can't starve the network. A timeout of 0 only looks. [engine-thread]
  int Wait(uint32_t publishSeen, int64_t spinNs, int64_t timeoutNs);

  /// True when all of the first `count` entries of sendMeta lie inside `slabBytes`. [engine-thread]
  bool SendMetaValid(size_t slabBytes, uint32_t count) const;

  /// Sends them, once through each interface; never blocks. Returns the datagrams that the kernel
  /// accepted, summed over the interfaces. [engine-thread]
  uint32_t Send(const uint8_t* slab, uint32_t count);

  /// Leaves and joins again on every interface, so that switches which forget groups hear of us;
  /// finds interfaces that came back. [engine-thread]
  void RenewMembership();

  const std::shared_ptr<NetworkMemory>& memory() const { return memory_; }
  const NetworkCounters& counters() const { return counters_; }
  const NetworkFailure& lastFailure() const { return lastFailure_; }
  uint32_t receiveBufferBytes() const { return ReceiveBufferBytes(receiver_.get()); }
  uint16_t port() const { return group_.port; }
  uint32_t batchMax() const { return batchMax_; }
  uint32_t interfaceCount() const { return static_cast<uint32_t>(links_.size()); }

 private:
  Network(const NetworkOptions& options, const MulticastGroup& group, std::vector<InterfaceLink> links,
          SocketHandle receiver);

  std::string OpenLinks(const NetworkOptions& options);
  bool PublishedSince(uint32_t seen) const;
  bool MaySleep(uint32_t publishSeen);
  int Receive();
  void Sleep(Sleeper* sleeper, int64_t timeoutNs);
  int ReceiveFailed(int64_t timeoutNs);
  int Finish(int count);
  uint32_t SendThrough(const InterfaceLink& link, uint32_t count);
  void Note(const char* what, int error, uint32_t address);

  MulticastGroup group_;
  std::vector<InterfaceLink> links_;
  SocketHandle receiver_;
  uint32_t batchMax_;
  std::shared_ptr<NetworkMemory> memory_;
  ReceiveBatch received_;
  SendBatch outgoing_;
  std::shared_ptr<Segment> segment_;
  std::unique_ptr<DoorbellServer> doorbell_;  // must not outlive segment_
  Sleeper sleeper_;
  Sleeper bellSleeper_;  // while the receive socket fails
  bool receiveFailing_ = false;
  NetworkCounters counters_;
  NetworkFailure lastFailure_;
};

}  // namespace jambridge
