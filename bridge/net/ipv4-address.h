// IPv4 addresses as the socket calls want them: 32 bits in network order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jambridge {

/// Reads a dotted quad ("239.255.77.77"), strictly: four decimal parts, nothing else. [thread-safe]
bool ParseIpv4(std::string_view text, uint32_t* networkOrder);

/// 224.0.0.0 .. 239.255.255.255. [thread-safe]
bool IsMulticast(uint32_t networkOrder);

/// [thread-safe]
std::string FormatIpv4(uint32_t networkOrder);

}  // namespace jambridge
