#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "bridge/net/ipv4-address.h"
#include "bridge/net/multicast-socket.h"

namespace jambridge {
namespace {

std::string SystemText(const std::string& what) {
  return what + ": " + std::generic_category().message(errno);
}

template <typename T>
int SetOption(int socket, int level, int option, const T& value) {
  return setsockopt(socket, level, option, &value, sizeof value) == 0 ? 0 : errno;
}

SocketHandle OpenDatagramSocket(std::string* error) {
  SocketHandle handle(::socket(AF_INET, SOCK_DGRAM, 0));
  if (!handle.open()) {
    *error = SystemText("cannot open a UDP socket");
    return handle;
  }
  const int flags = fcntl(handle.get(), F_GETFL, 0);
  if (fcntl(handle.get(), F_SETFD, FD_CLOEXEC) != 0 ||
      fcntl(handle.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    *error = SystemText("cannot make the UDP socket non-blocking");
    handle.Close();
  }
  return handle;
}

ip_mreqn Membership(uint32_t group, uint32_t interfaceAddress, uint32_t interfaceIndex) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = group;
  request.imr_address.s_addr = interfaceAddress;
  request.imr_ifindex = static_cast<int>(interfaceIndex);
  return request;
}

}  // namespace

SocketHandle& SocketHandle::operator=(SocketHandle&& other) noexcept {
  if (this != &other) {
    Close();
    socket_ = other.Release();
  }
  return *this;
}

int SocketHandle::Release() { return std::exchange(socket_, -1); }

void SocketHandle::Close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

SocketHandle OpenReceiveSocket(MulticastGroup* group, uint32_t bufferBytes, std::string* error) {
  SocketHandle handle = OpenDatagramSocket(error);
  if (!handle.open()) return handle;
  // Several engines of one host share group and port; the kernel gives each of them every datagram.
  SetOption(handle.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  SetBufferBytes(handle.get(), SO_RCVBUF, bufferBytes);
  TuneReceiveSocket(handle.get());

  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = group->address;
  address.sin_port = htons(group->port);
  socklen_t addressBytes = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(handle.get(), generic, addressBytes) != 0 ||
      getsockname(handle.get(), generic, &addressBytes) != 0) {
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
  // Nobody reads this socket: what strangers send to its port shall not take memory.
  SetOption(handle.get(), SOL_SOCKET, SO_RCVBUF, 1);
  // These two want one byte on BSD, and Linux takes that as well.
  const auto ttlByte = static_cast<unsigned char>(ttl);
  const auto loopByte = static_cast<unsigned char>(loop ? 1 : 0);
  if (SetOption(handle.get(), IPPROTO_IP, IP_MULTICAST_TTL, ttlByte) != 0 ||
      SetOption(handle.get(), IPPROTO_IP, IP_MULTICAST_LOOP, loopByte) != 0) {
    *error = SystemText("cannot set TTL and loop of the send socket");
    handle.Close();
    return handle;
  }
  TuneSendSocket(handle.get());
  return handle;
}

int JoinGroup(int receiveSocket, uint32_t groupAddress, uint32_t interfaceAddress, uint32_t interfaceIndex) {
  return SetOption(receiveSocket, IPPROTO_IP, IP_ADD_MEMBERSHIP,
                   Membership(groupAddress, interfaceAddress, interfaceIndex));
}

int LeaveGroup(int receiveSocket, uint32_t groupAddress, uint32_t interfaceAddress, uint32_t interfaceIndex) {
  return SetOption(receiveSocket, IPPROTO_IP, IP_DROP_MEMBERSHIP,
                   Membership(groupAddress, interfaceAddress, interfaceIndex));
}

int SelectSendInterface(int sendSocket, uint32_t interfaceAddress, uint32_t interfaceIndex) {
  return SetOption(sendSocket, IPPROTO_IP, IP_MULTICAST_IF, Membership(0, interfaceAddress, interfaceIndex));
}

}  // namespace jambridge
