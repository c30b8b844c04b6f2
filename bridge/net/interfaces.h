// The machine's network interfaces, as far as IPv4 multicast is concerned.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jambridge {

/// One IPv4 address of one interface; an interface with two addresses appears twice.
struct NetworkInterface {
  std::string name;
  uint32_t address;  // network order
  uint32_t index;    // the kernel's number for it; changes when a device is plugged in again
  bool up;           // switched on and with a carrier
  bool multicast;    // says of itself that it can multicast (loopback does not, and can)
  bool loopback;
};

/// In the kernel's order. Empty when the system does not tell. [control-thread]
std::vector<NetworkInterface> ListInterfaces();

}  // namespace jambridge
