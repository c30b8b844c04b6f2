#include "bridge/net/network-counters.h"

#include <cerrno>
#include <system_error>

#include "bridge/net/ipv4-address.h"

namespace jambridge {
namespace {

const char* Advice(int error) {
  switch (error) {
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "there is no route for multicast on this interface; is it up?";
    case ENETDOWN:
      return "the interface is down";
    case EADDRNOTAVAIL:
    case ENODEV:
      return "the interface or its address is gone";
    case ENOBUFS:
    case EAGAIN:
      return "the send buffer is full: more is sent than the interface carries";
    case EMSGSIZE:
      return "the datagram is larger than the interface carries in one piece; lower maxDatagramBytes";
    case EPERM:
    case EACCES:
      return "a firewall rule or a privacy setting of the system refuses it";
    default:
      return "";
  }
}

}  // namespace

std::string DescribeFailure(const NetworkFailure& failure) {
  if (failure.what == nullptr) return "";
  std::string text = failure.what;
  if (failure.address != 0) text += " on " + FormatIpv4(failure.address);
  text += ": " + std::generic_category().message(failure.error);
  const std::string advice = Advice(failure.error);
  if (!advice.empty()) text += " (" + advice + ")";
  return text;
}

}  // namespace jambridge
