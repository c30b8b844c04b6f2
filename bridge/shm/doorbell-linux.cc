// Linux: names in the abstract namespace. They need no file, no permission, and vanish with the engine.
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "bridge/shm/doorbell-socket.h"
#include "bridge/shm/process-identity.h"

namespace jambridge {

const int kDoorbellSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

int OpenDoorbellSocket() { return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

std::string FreshDoorbellName() {
  return "jambridge-" + std::to_string(getuid()) + "-" + std::to_string(getpid()) + "-" +
         std::to_string(FreshStamp());
}

socklen_t DoorbellAddress(const char* name, size_t nameBytes, sockaddr_un* address) {
  if (nameBytes == 0) return 0;
  address->sun_family = AF_UNIX;
  address->sun_path[0] = '\0';  // abstract
  std::memcpy(address->sun_path + 1, name, nameBytes);
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + nameBytes);
}

void ForgetDoorbellName(const std::string& /*name*/) {}

}  // namespace jambridge
