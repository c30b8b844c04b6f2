#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "bridge/net/interfaces.h"

namespace jambridge {

std::vector<NetworkInterface> ListInterfaces() {
  std::vector<NetworkInterface> found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ifa_addr, sizeof address);
    const bool up = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_RUNNING) != 0;
    found.push_back({
        .name = entry->ifa_name,
        .address = address.sin_addr.s_addr,
        .index = if_nametoindex(entry->ifa_name),
        .up = up,
        .multicast = (entry->ifa_flags & IFF_MULTICAST) != 0,
        .loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0,
    });
  }
  freeifaddrs(list);
  return found;
}

}  // namespace jambridge
