#include <cerrno>

#include "bridge/net/network.h"

namespace jambridge {
namespace {

// What stands in the way of one datagram stands in the way of all that follow: do not try them.
bool StopsAll(int error) {
  switch (error) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case ENODEV:
    case EBADF:
      return true;
    default:
      return false;  // EMSGSIZE, EPERM (a firewall may drop at random): this one only
  }
}

bool IsFull(int error) { return error == EAGAIN || error == ENOBUFS || error == ENOMEM; }

}  // namespace

bool Network::SendMetaValid(size_t slabBytes, uint32_t count) const {
  if (count > batchMax_) return false;
  for (size_t i = 0; i < count; ++i) {
    const int64_t offset = memory_->sendMeta[i * kSendMetaInts];
    const int64_t length = memory_->sendMeta[i * kSendMetaInts + 1];
    if (offset < 0 || length < 0 || length > kDatagramBytesMax) return false;
    if (offset + length > static_cast<int64_t>(slabBytes)) return false;
  }
  return true;
}

uint32_t Network::Send(const uint8_t* slab, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t* entry = memory_->sendMeta + static_cast<size_t>(i) * kSendMetaInts;
    outgoing_.Set(i, slab + entry[0], static_cast<uint32_t>(entry[1]));
  }
  uint32_t accepted = 0;
  for (const InterfaceLink& link : links_) accepted += SendThrough(link, count);
  counters_.datagramsSent += accepted;
  return accepted;
}

uint32_t Network::SendThrough(const InterfaceLink& link, uint32_t count) {
  uint32_t accepted = 0;
  // Each turn moves `next` on, but for interruptions, which are few.
  int interruptionsLeft = 4;
  for (uint32_t next = 0; next < count;) {
    const int taken = outgoing_.Send(link.sender.get(), next, count - next);
    if (taken > 0) {
      accepted += static_cast<uint32_t>(taken);
      next += static_cast<uint32_t>(taken);
      continue;
    }
    const int error = errno;
    if (error == EINTR && interruptionsLeft-- > 0) continue;
    const uint32_t refused = StopsAll(error) ? count - next : 1;
    (IsFull(error) ? counters_.datagramsUnsent : counters_.sendErrors) += refused;
    Note("send", error, link.address);
    next += refused;
  }
  return accepted;
}

void Network::Note(const char* what, int error, uint32_t address) { lastFailure_ = {what, error, address}; }

}  // namespace jambridge
