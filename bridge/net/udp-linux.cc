// Linux: recvmmsg and sendmmsg move a whole batch per system call.
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "bridge/net/datagram-batch.h"

namespace jambridge {
namespace {

// Room for IP_PKTINFO and SO_RXQ_OVFL.
struct alignas(cmsghdr) ControlArea {
  char bytes[CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(uint32_t))];
};

void SetInt(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof value);
}

// Reads the two control messages; what is missing stays as it is.
void ReadControl(msghdr* header, int32_t* interfaceIndex, uint32_t* kernelDropped) {
  for (cmsghdr* item = CMSG_FIRSTHDR(header); item != nullptr; item = CMSG_NXTHDR(header, item)) {
    if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(item), sizeof info);
      *interfaceIndex = info.ipi_ifindex;
    } else if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SO_RXQ_OVFL) {
      std::memcpy(kernelDropped, CMSG_DATA(item), sizeof *kernelDropped);
    }
  }
}

}  // namespace

void TuneReceiveSocket(int socket) {
  // Linux would also deliver what other processes joined on other interfaces.
  SetInt(socket, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  SetInt(socket, IPPROTO_IP, IP_PKTINFO, 1);
  SetInt(socket, SOL_SOCKET, SO_RXQ_OVFL, 1);
}

void TuneSendSocket(int socket) {
  // Never fragmented: a piece lost is a datagram lost. PROBE and not DO: nobody can talk our path
  // MTU down by forged ICMP.
  SetInt(socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  // Expedited forwarding: switches and Wi-Fi put it into the voice queue.
  SetInt(socket, IPPROTO_IP, IP_TOS, 0xB8);
  SetInt(socket, SOL_SOCKET, SO_PRIORITY, 6);
}

void SetBufferBytes(int socket, int option, uint32_t bytes) {
  const int force = option == SO_RCVBUF ? SO_RCVBUFFORCE : SO_SNDBUFFORCE;
  const int value = static_cast<int>(bytes);
  if (setsockopt(socket, SOL_SOCKET, force, &value, sizeof value) != 0) {
    SetInt(socket, SOL_SOCKET, option, value);
  }
}

uint32_t ReceiveBufferBytes(int socket) {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, &size);
  return static_cast<uint32_t>(bytes) / 2;  // the kernel doubles what was asked, for its own bookkeeping
}

struct ReceiveBatch::State {
  State(uint8_t* slabStart, int32_t* metaStart, uint32_t datagramStride, uint32_t batchMax)
      : meta(metaStart), headers(batchMax), vectors(batchMax), sources(batchMax), controls(batchMax) {
    for (uint32_t i = 0; i < batchMax; ++i) {
      vectors[i] = {slabStart + static_cast<size_t>(i) * datagramStride, datagramStride};
      msghdr& header = headers[i].msg_hdr;
      header.msg_name = &sources[i];
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
      header.msg_control = &controls[i];
      Rearm(i);
    }
  }

  // The kernel overwrites these three with what it filled in.
  void Rearm(uint32_t index) {
    msghdr& header = headers[index].msg_hdr;
    header.msg_namelen = sizeof(sockaddr_in);
    header.msg_controllen = sizeof(ControlArea);
    header.msg_flags = 0;
  }

  int32_t* meta;
  uint32_t kernelDroppedSeen = 0;
  std::vector<mmsghdr> headers;
  std::vector<iovec> vectors;
  std::vector<sockaddr_in> sources;
  std::vector<ControlArea> controls;
};

ReceiveBatch::ReceiveBatch(uint8_t* slab, int32_t* meta, uint32_t datagramStride, uint32_t batchMax)
    : state_(std::make_unique<State>(slab, meta, datagramStride, batchMax)) {}
ReceiveBatch::~ReceiveBatch() = default;

int ReceiveBatch::Receive(int socket, NetworkCounters* counters) {
  State& state = *state_;
  const int count = recvmmsg(socket, state.headers.data(), static_cast<unsigned>(state.headers.size()),
                             MSG_DONTWAIT, nullptr);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  for (uint32_t i = 0; i < static_cast<uint32_t>(count); ++i) {
    msghdr& header = state.headers[i].msg_hdr;
    const bool truncated = (header.msg_flags & MSG_TRUNC) != 0;
    int32_t interfaceIndex = 0;
    uint32_t kernelDropped = state.kernelDroppedSeen;
    ReadControl(&header, &interfaceIndex, &kernelDropped);
    // The kernel's figure is a running 32-bit total.
    counters->datagramsKernelDropped += kernelDropped - state.kernelDroppedSeen;
    state.kernelDroppedSeen = kernelDropped;
    counters->datagramsTruncated += truncated ? 1 : 0;

    int32_t* meta = state.meta + static_cast<size_t>(i) * kReceiveMetaInts;
    meta[0] = truncated ? kTruncated : static_cast<int32_t>(state.headers[i].msg_len);
    meta[1] = static_cast<int32_t>(state.sources[i].sin_addr.s_addr);
    meta[2] = ntohs(state.sources[i].sin_port);
    meta[3] = interfaceIndex;
    state.Rearm(i);
  }
  counters->datagramsReceived += static_cast<uint64_t>(count);
  return count;
}

struct SendBatch::State {
  sockaddr_in destination{};
  std::vector<mmsghdr> headers;
  std::vector<iovec> vectors;
};

SendBatch::SendBatch(const MulticastGroup& destination, uint32_t batchMax)
    : state_(std::make_unique<State>()) {
  state_->destination.sin_family = AF_INET;
  state_->destination.sin_addr.s_addr = destination.address;
  state_->destination.sin_port = htons(destination.port);
  state_->headers.resize(batchMax);
  state_->vectors.resize(batchMax);
  for (uint32_t i = 0; i < batchMax; ++i) {
    msghdr& header = state_->headers[i].msg_hdr;
    header.msg_name = &state_->destination;
    header.msg_namelen = sizeof state_->destination;
    header.msg_iov = &state_->vectors[i];
    header.msg_iovlen = 1;
  }
}
SendBatch::~SendBatch() = default;

void SendBatch::Set(uint32_t index, const uint8_t* bytes, uint32_t length) {
  state_->vectors[index] = {const_cast<uint8_t*>(bytes), length};
}

int SendBatch::Send(int socket, uint32_t first, uint32_t count) {
  return sendmmsg(socket, state_->headers.data() + first, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace jambridge
