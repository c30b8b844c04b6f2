// macOS: no abstract names; the doorbell is a socket file in the user's temporary directory.
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "bridge/shm/doorbell-socket.h"
#include "bridge/shm/process-identity.h"

namespace jambridge {

const int kDoorbellSendFlags = MSG_DONTWAIT;

int OpenDoorbellSocket() {
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (descriptor < 0) return -1;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
  return descriptor;
}

std::string FreshDoorbellName() {
  // The per-user directory itself ($TMPDIR) is too long for kNameBytes; /tmp is sticky, the name is ours.
  return "/tmp/jambridge-" + std::to_string(getuid()) + "-" + std::to_string(getpid()) + "-" +
         std::to_string(FreshStamp());
}

socklen_t DoorbellAddress(const char* name, size_t nameBytes, sockaddr_un* address) {
  if (nameBytes == 0) return 0;
  std::memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  std::memcpy(address->sun_path, name, nameBytes);
  address->sun_len = static_cast<uint8_t>(SUN_LEN(address));
  return static_cast<socklen_t>(sizeof *address);
}

void ForgetDoorbellName(const std::string& name) { unlink(name.c_str()); }

}  // namespace jambridge
