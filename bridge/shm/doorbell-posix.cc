#include <errno.h>
#include <unistd.h>

#include <cstring>

#include "bridge/shm/doorbell-socket.h"
#include "bridge/shm/doorbell.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/seqlock.h"

namespace jambridge {

std::unique_ptr<DoorbellServer> DoorbellServer::Bind(SegmentHeader& header, std::string* whyNot) {
  const int descriptor = OpenDoorbellSocket();
  const std::string name = FreshDoorbellName();
  sockaddr_un address;
  const socklen_t bytes = DoorbellAddress(name.data(), name.size(), &address);
  if (descriptor < 0 || bind(descriptor, reinterpret_cast<const sockaddr*>(&address), bytes) != 0) {
    if (whyNot != nullptr) *whyNot = std::string("doorbell: ") + std::strerror(errno);
    if (descriptor >= 0) close(descriptor);
    return nullptr;
  }
  StoreSharedText(header.doorbellName, name);
  return std::unique_ptr<DoorbellServer>(new DoorbellServer(descriptor, name));
}

DoorbellServer::~DoorbellServer() {
  close(descriptor_);
  ForgetDoorbellName(name_);
}

void DoorbellServer::Drain() const {
  char bytes[16];
  // Bounded, should somebody ring without end.
  for (int i = 0; i < 1024 && recv(descriptor_, bytes, sizeof bytes, MSG_DONTWAIT) >= 0;) i++;
}

DoorbellClient::DoorbellClient() : descriptor_(OpenDoorbellSocket()) {}

DoorbellClient::~DoorbellClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

void DoorbellClient::Ring(const SegmentHeader& header) const {
  char name[kNameBytes];
  LoadSharedWords(name, header.doorbellName, kNameBytes);
  sockaddr_un address;
  const socklen_t bytes = DoorbellAddress(name, strnlen(name, kNameBytes - 1), &address);
  if (bytes == 0 || descriptor_ < 0) return;
  const char ring = 1;
  // When the engine is gone, or rung so often that its queue is full, there is nobody to tell.
  sendto(descriptor_, &ring, sizeof ring, kDoorbellSendFlags, reinterpret_cast<const sockaddr*>(&address),
         bytes);
}

}  // namespace jambridge
