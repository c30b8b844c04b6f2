// Doorbell addresses and sockets: where the systems differ.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "bridge/shm/segment-layout.h"

namespace jambridge {

/** A datagram socket that never blocks, never raises SIGPIPE, and is closed on exec; or -1. */
int OpenDoorbellSocket();

/** A name of this process's own that no other doorbell has; shorter than kNameBytes. */
std::string FreshDoorbellName();

/** Fills `address` from a name of at most kNameBytes - 1 bytes; 0 for an empty one. [audio-thread] */
socklen_t DoorbellAddress(const char* name, size_t nameBytes, sockaddr_un* address);

/** After the socket was closed. */
void ForgetDoorbellName(const std::string& name);

extern const int kDoorbellSendFlags;

}  // namespace jambridge
