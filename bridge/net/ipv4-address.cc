#include "bridge/net/ipv4-address.h"

#ifdef _WIN32
#include <winsock2.h>
// after winsock2.h, which it needs
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

#include <cstring>

namespace jambridge {

bool ParseIpv4(std::string_view text, uint32_t* networkOrder) {
  char terminated[INET_ADDRSTRLEN] = {};
  if (text.empty() || text.size() >= sizeof terminated) return false;
  // inet_pton stops at a NUL: a text that hides one would be read only in part.
  if (text.find('\0') != std::string_view::npos) return false;
  std::memcpy(terminated, text.data(), text.size());
  in_addr parsed{};
  if (inet_pton(AF_INET, terminated, &parsed) != 1) return false;
  *networkOrder = parsed.s_addr;
  return true;
}

bool IsMulticast(uint32_t networkOrder) { return (ntohl(networkOrder) >> 28) == 0xE; }

std::string FormatIpv4(uint32_t networkOrder) {
  char text[INET_ADDRSTRLEN] = {};
  in_addr address{};
  address.s_addr = networkOrder;
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

}  // namespace jambridge
