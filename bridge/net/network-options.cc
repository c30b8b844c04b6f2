#include "bridge/net/network-options.h"

#include <algorithm>

#include "bridge/net/interfaces.h"
#include "bridge/net/ipv4-address.h"
#include "bridge/shm/role.h"

namespace jambridge {
namespace {

std::string OutOfRange(const char* name, uint32_t value, uint32_t low, uint32_t high) {
  if (value >= low && value <= high) return "";
  return std::string(name) + ": " + std::to_string(value) + " is not in " + std::to_string(low) + ".." +
         std::to_string(high);
}

std::string CheckNumbers(const NetworkOptions& options) {
  const std::string problems[] = {
      OutOfRange("port", options.port, 0, 65535),
      OutOfRange("ttl", options.ttl, 0, 255),
      OutOfRange("receiveBufferBytes", options.receiveBufferBytes, kBufferBytesMin, kBufferBytesMax),
      OutOfRange("sendBufferBytes", options.sendBufferBytes, kBufferBytesMin, kBufferBytesMax),
      OutOfRange("datagramStride", options.datagramStride, kDatagramStrideMin, kDatagramStrideMax),
      OutOfRange("batchMax", options.batchMax, 1, kBatchMax),
  };
  for (const std::string& problem : problems) {
    if (!problem.empty()) return problem;
  }
  if (options.datagramStride % 8 != 0) return "datagramStride: must be a multiple of 8";
  if (options.doorbell && options.segment == nullptr) return "doorbell: needs a segment, whose bell it is";
  if (options.doorbell && !HoldsRole(EngineRole(options.segment->header()))) {
    return "doorbell: only the engine has one; claim the segment's engine role first";
  }
  return "";
}

std::string ResolveInterface(const std::string& text, const std::vector<NetworkInterface>& interfaces,
                             std::vector<InterfaceLink>* links) {
  uint32_t address = 0;
  if (!ParseIpv4(text, &address)) return "interfaceAddresses: '" + text + "' is not an IPv4 address";
  const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                  [&](const NetworkInterface& entry) { return entry.address == address; });
  if (found == interfaces.end()) {
    return "interfaceAddresses: no interface of this machine has the address " + text;
  }
  // Two addresses of one interface are one way out: sending twice would double every datagram.
  const bool known = std::any_of(links->begin(), links->end(),
                                 [&](const InterfaceLink& link) { return link.index == found->index; });
  if (!known) {
    links->push_back(
        {.address = address, .index = found->index, .name = found->name, .sender = {}, .joined = false});
  }
  return "";
}

}  // namespace

std::string ResolveNetworkOptions(const NetworkOptions& options, MulticastGroup* group,
                                  std::vector<InterfaceLink>* links) {
  std::string problem = CheckNumbers(options);
  if (!problem.empty()) return problem;
  if (!ParseIpv4(options.group, &group->address))
    return "group: '" + options.group + "' is not an IPv4 address";
  if (!IsMulticast(group->address)) {
    return "group: " + options.group + " is not a multicast address (224.0.0.0 .. 239.255.255.255)";
  }
  group->port = static_cast<uint16_t>(options.port);
  if (options.interfaceAddresses.empty()) return "interfaceAddresses: name at least one interface";
  if (options.interfaceAddresses.size() > kInterfacesMax) {
    return "interfaceAddresses: at most " + std::to_string(kInterfacesMax) + " interfaces";
  }
  const std::vector<NetworkInterface> interfaces = ListInterfaces();
  for (const std::string& text : options.interfaceAddresses) {
    problem = ResolveInterface(text, interfaces, links);
    if (!problem.empty()) return problem;
  }
  return "";
}

}  // namespace jambridge
