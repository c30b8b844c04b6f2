#include <algorithm>
#include <cerrno>

#include "bridge/net/interfaces.h"
#include "bridge/net/network.h"

namespace jambridge {

// Leaving and joining at once makes the kernel report the membership anew (IGMPv3 merges both into
// one report, no leave is sent). Between the two calls datagrams are not for us: some microseconds,
// once in a long while; redundancy covers it.
void Network::RenewMembership() {
  const std::vector<NetworkInterface> interfaces = ListInterfaces();
  for (InterfaceLink& link : links_) {
    const auto found = std::find_if(interfaces.begin(), interfaces.end(), [&](const NetworkInterface& entry) {
      return entry.address == link.address;
    });
    if (link.joined) LeaveGroup(receiver_.get(), group_.address, link.address, link.index);
    link.joined = false;
    int failure = EADDRNOTAVAIL;
    if (found != interfaces.end()) {
      link.index = found->index;  // a device plugged in again has a new number
      link.name = found->name;
      failure = JoinGroup(receiver_.get(), group_.address, link.address, link.index);
      link.joined = failure == 0;
      if (failure == 0) failure = SelectSendInterface(link.sender.get(), link.address, link.index);
    }
    if (failure == 0) continue;
    ++counters_.membershipErrors;
    Note("join", failure, link.address);
  }
}

}  // namespace jambridge
