// What a Network is made from, and the check that it makes sense.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bridge/net/multicast-socket.h"
#include "bridge/shm/segment.h"

namespace jambridge {

struct NetworkOptions {
  std::vector<std::string> interfaceAddresses;  // IPv4, of interfaces of this machine
  std::string group;                            // IPv4 multicast
  uint32_t port = 0;                            // 0: the kernel chooses
  uint32_t ttl = 1;
  bool loop = true;  // other engines on this host hear us
  uint32_t receiveBufferBytes = 0;
  uint32_t sendBufferBytes = 0;
  uint32_t datagramStride = 0;       // bytes a received datagram may have
  uint32_t batchMax = 0;             // datagrams a call of wait() or send()
  std::shared_ptr<Segment> segment;  // for the eventcount; none: the network alone wakes us
  bool doorbell = false;             // bind the segment's doorbell; needs the engine role
};

inline constexpr uint32_t kInterfacesMax = 16;  // Linux lets a socket join 20 groups
inline constexpr uint32_t kBatchMax = 1024;     // the kernel's own limit for a batch
inline constexpr uint32_t kDatagramStrideMin = 64;
inline constexpr uint32_t kDatagramStrideMax = 65536;
inline constexpr uint32_t kBufferBytesMin = 4096;
inline constexpr uint32_t kBufferBytesMax = 1U << 30;
inline constexpr uint32_t kDatagramBytesMax = 65507;  // UDP over IPv4

/// One interface that multicast is sent and received on.
struct InterfaceLink {
  uint32_t address;  // network order
  uint32_t index;
  std::string name;
  SocketHandle sender;
  bool joined = false;
};

/// Returns "" or what is wrong, naming the option; fills in group and links (no sockets yet).
/// [engine-thread]
std::string ResolveNetworkOptions(const NetworkOptions& options, MulticastGroup* group,
                                  std::vector<InterfaceLink>* links);

}  // namespace jambridge
