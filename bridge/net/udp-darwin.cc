// Darwin: no batched system calls that are public, so a plain loop of recvmsg and sendto.
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "bridge/net/datagram-batch.h"

namespace jambridge {
namespace {

void SetInt(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof value);
}

int32_t ReadInterfaceIndex(msghdr* header) {
  for (cmsghdr* item = CMSG_FIRSTHDR(header); item != nullptr; item = CMSG_NXTHDR(header, item)) {
    if (item->cmsg_level != IPPROTO_IP || item->cmsg_type != IP_PKTINFO) continue;
    in_pktinfo info;
    std::memcpy(&info, CMSG_DATA(item), sizeof info);
    return static_cast<int32_t>(info.ipi_ifindex);
  }
  return 0;
}

}  // namespace

void TuneReceiveSocket(int socket) {
  // BSD wants this too before several processes may bind one multicast port. Delivery is already
  // limited to the interfaces joined on this socket.
  SetInt(socket, SOL_SOCKET, SO_REUSEPORT, 1);
  SetInt(socket, IPPROTO_IP, IP_RECVPKTINFO, 1);
}

void TuneSendSocket(int socket) {
  SetInt(socket, IPPROTO_IP, IP_DONTFRAG, 1);
  SetInt(socket, IPPROTO_IP, IP_TOS, 0xB8);
  SetInt(socket, SOL_SOCKET, SO_NET_SERVICE_TYPE, NET_SERVICE_TYPE_VO);
  SetInt(socket, SOL_SOCKET, SO_NOSIGPIPE, 1);
}

void SetBufferBytes(int socket, int option, uint32_t bytes) {
  SetInt(socket, SOL_SOCKET, option, static_cast<int>(bytes));
}

uint32_t ReceiveBufferBytes(int socket) {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, &size);
  return static_cast<uint32_t>(bytes);
}

struct ReceiveBatch::State {
  uint8_t* slab;
  int32_t* meta;
  uint32_t datagramStride;
  uint32_t batchMax;
};

ReceiveBatch::ReceiveBatch(uint8_t* slab, int32_t* meta, uint32_t datagramStride, uint32_t batchMax)
    : state_(std::make_unique<State>(State{slab, meta, datagramStride, batchMax})) {}
ReceiveBatch::~ReceiveBatch() = default;

int ReceiveBatch::Receive(int socket, NetworkCounters* counters) {
  uint32_t count = 0;
  for (; count < state_->batchMax; ++count) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(in_pktinfo))];
    sockaddr_in source{};
    iovec vector{state_->slab + static_cast<size_t>(count) * state_->datagramStride, state_->datagramStride};
    msghdr header{};
    header.msg_name = &source;
    header.msg_namelen = sizeof source;
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const ssize_t length = recvmsg(socket, &header, MSG_DONTWAIT);
    if (length < 0) {
      if (count > 0 || errno == EAGAIN || errno == EINTR) break;
      return -1;
    }
    const bool truncated = (header.msg_flags & MSG_TRUNC) != 0;
    counters->datagramsTruncated += truncated ? 1 : 0;
    int32_t* meta = state_->meta + static_cast<size_t>(count) * kReceiveMetaInts;
    meta[0] = truncated ? kTruncated : static_cast<int32_t>(length);
    meta[1] = static_cast<int32_t>(source.sin_addr.s_addr);
    meta[2] = ntohs(source.sin_port);
    meta[3] = ReadInterfaceIndex(&header);
  }
  counters->datagramsReceived += count;
  return static_cast<int>(count);
}

struct SendBatch::State {
  struct Entry {
    const uint8_t* bytes;
    uint32_t length;
  };
  sockaddr_in destination{};
  std::vector<Entry> entries;
};

SendBatch::SendBatch(const MulticastGroup& destination, uint32_t batchMax)
    : state_(std::make_unique<State>()) {
  state_->destination.sin_len = sizeof state_->destination;
  state_->destination.sin_family = AF_INET;
  state_->destination.sin_addr.s_addr = destination.address;
  state_->destination.sin_port = htons(destination.port);
  state_->entries.resize(batchMax);
}
SendBatch::~SendBatch() = default;

void SendBatch::Set(uint32_t index, const uint8_t* bytes, uint32_t length) {
  state_->entries[index] = {bytes, length};
}

int SendBatch::Send(int socket, uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const auto& entry = state_->entries[first + i];
    if (sendto(socket, entry.bytes, entry.length, MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&state_->destination), sizeof state_->destination) < 0) {
      return i > 0 ? static_cast<int>(i) : -1;
    }
  }
  return static_cast<int>(count);
}

}  // namespace jambridge
