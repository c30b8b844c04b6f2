#include "bridge/net/interfaces.h"
#include "bridge/net/winsock.h"
// after winsock2.h, which it needs
#include <iphlpapi.h>

#include <cstring>

namespace jambridge {
namespace {

constexpr ULONG kFlags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;

std::string Utf8(const wchar_t* text) {
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
  if (bytes <= 1) return {};
  std::string utf8(static_cast<size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8.data(), bytes, nullptr, nullptr);
  utf8.pop_back();
  return utf8;
}

}  // namespace

std::vector<NetworkInterface> ListInterfaces() {
  std::vector<NetworkInterface> found;
  ULONG bytes = 64 * 1024;
  std::vector<unsigned char> memory(bytes);
  auto* list = reinterpret_cast<IP_ADAPTER_ADDRESSES*>(memory.data());
  if (GetAdaptersAddresses(AF_INET, kFlags, nullptr, list, &bytes) != NO_ERROR) return found;
  for (const auto* adapter = list; adapter != nullptr; adapter = adapter->Next) {
    for (const auto* entry = adapter->FirstUnicastAddress; entry != nullptr; entry = entry->Next) {
      sockaddr_in address{};
      if (entry->Address.lpSockaddr->sa_family != AF_INET) continue;
      std::memcpy(&address, entry->Address.lpSockaddr, sizeof address);
      found.push_back({
          .name = Utf8(adapter->FriendlyName),
          .address = address.sin_addr.s_addr,
          .index = adapter->IfIndex,
          .up = adapter->OperStatus == IfOperStatusUp,
          .multicast = (adapter->Flags & IP_ADAPTER_NO_MULTICAST) == 0,
          .loopback = adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK,
      });
    }
  }
  return found;
}

}  // namespace jambridge
