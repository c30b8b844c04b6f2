// Opening and naming the sockets; nothing here runs per packet.
//
// Receiving: one socket, bound to group and port, a member of the group on every chosen interface
// and on no other. Sending: one socket an interface, so that each datagram leaves where it should.
#pragma once

#include <cstdint>
#include <string>

namespace jambridge {

struct MulticastGroup {
  uint32_t address;  // network order
  uint16_t port;     // host order; 0 lets the kernel choose when the receive socket is bound
};

/// Owner of one file descriptor; closes it. Movable, not copyable.
class SocketHandle {
 public:
  SocketHandle() = default;
  explicit SocketHandle(int socket) : socket_(socket) {}
  SocketHandle(SocketHandle&& other) noexcept : socket_(other.Release()) {}
  SocketHandle& operator=(SocketHandle&& other) noexcept;
  SocketHandle(const SocketHandle&) = delete;
  SocketHandle& operator=(const SocketHandle&) = delete;
  ~SocketHandle() { Close(); }

  int get() const { return socket_; }
  bool open() const { return socket_ >= 0; }
  int Release();
  void Close();

 private:
  int socket_ = -1;
};

/// Binds to group and port, shared with other engines of this host; fills in the port that was
/// chosen. On failure the handle is closed and `error` says why. [engine-thread]
SocketHandle OpenReceiveSocket(MulticastGroup* group, uint32_t bufferBytes, std::string* error);

/// What the kernel granted, in the unit in which it was asked for. [engine-thread]
uint32_t ReceiveBufferBytes(int socket);

/// [engine-thread]
SocketHandle OpenSendSocket(uint8_t ttl, bool loop, uint32_t bufferBytes, std::string* error);

/// Joins the group on the interface; returns 0 or errno. [engine-thread]
int JoinGroup(int receiveSocket, uint32_t groupAddress, uint32_t interfaceAddress, uint32_t interfaceIndex);
int LeaveGroup(int receiveSocket, uint32_t groupAddress, uint32_t interfaceAddress, uint32_t interfaceIndex);

/// Makes the socket's multicast leave through the interface; returns 0 or errno. [engine-thread]
int SelectSendInterface(int sendSocket, uint32_t interfaceAddress, uint32_t interfaceIndex);

/// The options that only one system has; best effort. In udp-linux.cc and udp-darwin.cc.
void TuneReceiveSocket(int socket);
void TuneSendSocket(int socket);
/// Asks for more than the user's limit where the process may.
void SetBufferBytes(int socket, int option, uint32_t bytes);

}  // namespace jambridge
