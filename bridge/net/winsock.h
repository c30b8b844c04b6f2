// WinSock, started once, and its errors as the errno values that the rest speaks. Windows only.
#pragma once

#include <winsock2.h>
// after winsock2.h, which it needs
#include <ws2tcpip.h>

namespace jambridge {

/// Before the first socket. [engine-thread]
void StartWinsock();

/// WSAGetLastError() as errno has it; also stores it there.
int TakeSocketError();

inline SOCKET SocketOf(int socket) { return static_cast<SOCKET>(socket); }

}  // namespace jambridge
