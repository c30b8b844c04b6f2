// Windows: WinSock's sockets; no batches, so a plain loop of recvfrom and sendto. A socket can't
// be bound to a group there: it is bound to the port, and hears what it has joined.
#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "bridge/net/datagram-batch.h"
#include "bridge/net/ipv4-address.h"
#include "bridge/net/multicast-socket.h"
#include "bridge/net/winsock.h"

namespace jambridge {
namespace {

std::string SystemText(const std::string& what) {
  return what + ": " + std::generic_category().message(TakeSocketError());
}

template <typename T>
int SetOption(int socket, int level, int option, const T& value) {
  const auto* bytes = reinterpret_cast<const char*>(&value);
  return setsockopt(SocketOf(socket), level, option, bytes, sizeof value) == 0 ? 0 : TakeSocketError();
}

SocketHandle OpenDatagramSocket(std::string* error) {
  StartWinsock();
  const SOCKET socket = ::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  SocketHandle handle(socket == INVALID_SOCKET ? -1 : static_cast<int>(socket));
  u_long nonBlocking = 1;
  if (handle.open() && ioctlsocket(socket, static_cast<long>(FIONBIO), &nonBlocking) == 0) return handle;
  *error = SystemText("cannot open a UDP socket");
  handle.Close();
  return handle;
}

}  // namespace

void StartWinsock() {
  static const bool started = [] {
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0;
  }();
  static_cast<void>(started);  // a failure shows when the first socket is opened
}

int TakeSocketError() {
  switch (WSAGetLastError()) {
    case WSAEWOULDBLOCK:
      return errno = EAGAIN;
    case WSAEINTR:
      return errno = EINTR;
    case WSAENOBUFS:
      return errno = ENOBUFS;
    case WSAEMSGSIZE:
      return errno = EMSGSIZE;
    case WSAENETUNREACH:
      return errno = ENETUNREACH;
    case WSAEHOSTUNREACH:
      return errno = EHOSTUNREACH;
    case WSAENETDOWN:
      return errno = ENETDOWN;
    case WSAEADDRNOTAVAIL:
      return errno = EADDRNOTAVAIL;
    case WSAEADDRINUSE:
      return errno = EADDRINUSE;
    case WSAEACCES:
      return errno = EACCES;
    case WSAENOTSOCK:
      return errno = EBADF;
    default:
      return errno = EIO;
  }
}

SocketHandle& SocketHandle::operator=(SocketHandle&& other) noexcept {
  if (this != &other) {
    Close();
    socket_ = other.Release();
  }
  return *this;
}

int SocketHandle::Release() { return std::exchange(socket_, -1); }

void SocketHandle::Close() {
  if (socket_ >= 0) closesocket(SocketOf(socket_));
  socket_ = -1;
}

SocketHandle OpenReceiveSocket(MulticastGroup* group, uint32_t bufferBytes, std::string* error) {
  SocketHandle handle = OpenDatagramSocket(error);
  if (!handle.open()) return handle;
  SetOption(handle.get(), SOL_SOCKET, SO_REUSEADDR, BOOL{TRUE});
  SetBufferBytes(handle.get(), SO_RCVBUF, bufferBytes);
  TuneReceiveSocket(handle.get());
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = INADDR_ANY;
  address.sin_port = htons(group->port);
  int addressBytes = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(SocketOf(handle.get()), generic, addressBytes) != 0 ||
      getsockname(SocketOf(handle.get()), generic, &addressBytes) != 0) {
    *error = SystemText("cannot bind to " + FormatIpv4(group->address) + ":" + std::to_string(group->port));
    handle.Close();
    return handle;
  }
  group->port = ntohs(address.sin_port);
  return handle;
}

SocketHandle OpenSendSocket(uint8_t ttl, bool loop, uint32_t bufferBytes, std::string* error) {
  SocketHandle handle = OpenDatagramSocket(error);
  if (!handle.open()) return handle;
  SetBufferBytes(handle.get(), SO_SNDBUF, bufferBytes);
  if (SetOption(handle.get(), IPPROTO_IP, IP_MULTICAST_TTL, DWORD{ttl}) != 0 ||
      SetOption(handle.get(), IPPROTO_IP, IP_MULTICAST_LOOP, DWORD{loop ? 1U : 0U}) != 0) {
    *error = SystemText("cannot set TTL and loop of the send socket");
    handle.Close();
    return handle;
  }
  TuneSendSocket(handle.get());
  return handle;
}

int JoinGroup(int receiveSocket, uint32_t groupAddress, uint32_t interfaceAddress,
              uint32_t /*interfaceIndex*/) {
  ip_mreq request{};
  request.imr_multiaddr.s_addr = groupAddress;
  request.imr_interface.s_addr = interfaceAddress;
  return SetOption(receiveSocket, IPPROTO_IP, IP_ADD_MEMBERSHIP, request);
}

int LeaveGroup(int receiveSocket, uint32_t groupAddress, uint32_t interfaceAddress,
               uint32_t /*interfaceIndex*/) {
  ip_mreq request{};
  request.imr_multiaddr.s_addr = groupAddress;
  request.imr_interface.s_addr = interfaceAddress;
  return SetOption(receiveSocket, IPPROTO_IP, IP_DROP_MEMBERSHIP, request);
}

int SelectSendInterface(int sendSocket, uint32_t interfaceAddress, uint32_t /*interfaceIndex*/) {
  return SetOption(sendSocket, IPPROTO_IP, IP_MULTICAST_IF, interfaceAddress);
}

void TuneReceiveSocket(int /*socket*/) {}
void TuneSendSocket(int socket) { SetOption(socket, IPPROTO_IP, IP_DONTFRAGMENT, DWORD{1}); }

void SetBufferBytes(int socket, int option, uint32_t bytes) {
  SetOption(socket, SOL_SOCKET, option, static_cast<int>(bytes));
}

uint32_t ReceiveBufferBytes(int socket) {
  int bytes = 0;
  int size = sizeof bytes;
  getsockopt(SocketOf(socket), SOL_SOCKET, SO_RCVBUF, reinterpret_cast<char*>(&bytes), &size);
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
    sockaddr_in source{};
    int sourceBytes = sizeof source;
    auto* place = reinterpret_cast<char*>(state_->slab) + static_cast<size_t>(count) * state_->datagramStride;
    int length = recvfrom(SocketOf(socket), place, static_cast<int>(state_->datagramStride), 0,
                          reinterpret_cast<sockaddr*>(&source), &sourceBytes);
    const bool truncated = length < 0 && WSAGetLastError() == WSAEMSGSIZE;
    if (length < 0 && !truncated) {
      const int error = TakeSocketError();
      if (count > 0 || error == EAGAIN || error == EINTR) break;
      return -1;
    }
    counters->datagramsTruncated += truncated ? 1 : 0;
    int32_t* meta = state_->meta + static_cast<size_t>(count) * kReceiveMetaInts;
    meta[0] = truncated ? kTruncated : length;
    meta[1] = static_cast<int32_t>(source.sin_addr.s_addr);
    meta[2] = ntohs(source.sin_port);
    meta[3] = 0;  // which interface it came by is not asked for
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
    if (sendto(SocketOf(socket), reinterpret_cast<const char*>(entry.bytes), static_cast<int>(entry.length),
               0, reinterpret_cast<const sockaddr*>(&state_->destination), sizeof state_->destination) < 0) {
      TakeSocketError();
      return i > 0 ? static_cast<int>(i) : -1;
    }
  }
  return static_cast<int>(count);
}

}  // namespace jambridge
