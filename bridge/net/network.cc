#include "bridge/net/network.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "bridge/net/interfaces.h"
#include "bridge/shm/clock.h"

namespace jambridge {

Network::Network(const NetworkOptions& options, const MulticastGroup& group, std::vector<InterfaceLink> links,
                 SocketHandle receiver)
    : group_(group),
      links_(std::move(links)),
      receiver_(std::move(receiver)),
      batchMax_(options.batchMax),
      memory_(std::make_shared<NetworkMemory>(options.datagramStride, options.batchMax)),
      received_(memory_->receiveSlab, memory_->receiveMeta, options.datagramStride, options.batchMax),
      outgoing_(group, options.batchMax),
      segment_(options.segment) {}

std::unique_ptr<Network> Network::Open(const NetworkOptions& options, std::string* error) {
  MulticastGroup group{};
  std::vector<InterfaceLink> links;
  *error = ResolveNetworkOptions(options, &group, &links);
  if (!error->empty()) return nullptr;
  SocketHandle receiver = OpenReceiveSocket(&group, options.receiveBufferBytes, error);
  if (!receiver.open()) return nullptr;

  std::unique_ptr<Network> network(new Network(options, group, std::move(links), std::move(receiver)));
  *error = network->OpenLinks(options);
  if (error->empty() && options.doorbell) {
    network->doorbell_ = DoorbellServer::Bind(options.segment->header(), error);
  }
  if (!error->empty()) return nullptr;
  const int bell = network->doorbell_ == nullptr ? -1 : network->doorbell_->descriptor();
  if (!network->sleeper_.Watch(network->receiver_.get(), bell) || !network->bellSleeper_.Watch(-1, bell)) {
    *error = "cannot watch the sockets: " + std::generic_category().message(errno);
    return nullptr;
  }
  AskForPreciseTimeouts();
  return network;
}

std::string Network::OpenLinks(const NetworkOptions& options) {
  for (InterfaceLink& link : links_) {
    std::string problem;
    link.sender =
        OpenSendSocket(static_cast<uint8_t>(options.ttl), options.loop, options.sendBufferBytes, &problem);
    if (!link.sender.open()) return problem;
    int failure = JoinGroup(receiver_.get(), group_.address, link.address, link.index);
    if (failure == 0) failure = SelectSendInterface(link.sender.get(), link.address, link.index);
    if (failure != 0) {
      return "cannot join the group on " + link.name + ": " +
             DescribeFailure({"join", failure, link.address});
    }
    link.joined = true;
  }
  return "";
}

int Network::Wait(uint32_t publishSeen, int64_t spinNs, int64_t timeoutNs) {
  const auto startNs = static_cast<int64_t>(MonotonicNs());
  const int64_t endNs = startNs + std::clamp<int64_t>(timeoutNs, 0, kSleepNsMax);
  const int64_t spinEndNs = std::min(endNs, startNs + std::clamp<int64_t>(spinNs, 0, kSleepNsMax));
  int64_t nowNs = startNs;
  for (;;) {
    const int count = Receive();
    if (count < 0) return ReceiveFailed(endNs - nowNs);
    if (count > 0 || PublishedSince(publishSeen)) return Finish(count);
    nowNs = static_cast<int64_t>(MonotonicNs());
    if (nowNs >= spinEndNs) break;
  }
  if (nowNs >= endNs || !MaySleep(publishSeen)) return Finish(0);
  Sleep(&sleeper_, endNs - nowNs);
  const int count = Receive();
  return count < 0 ? ReceiveFailed(0) : Finish(count);
}

bool Network::PublishedSince(uint32_t seen) const {
  // Only a hint to look again: the decision to sleep is made by PrepareSleep.
  return segment_ != nullptr && segment_->header().publishCount.load(std::memory_order_acquire) != seen;
}

// An engine without a bell (it wakes by its timer) never says that it sleeps: ringing would be in vain.
bool Network::MaySleep(uint32_t publishSeen) {
  return doorbell_ == nullptr ? !PublishedSince(publishSeen) : PrepareSleep(segment_->header(), publishSeen);
}

void Network::Sleep(Sleeper* sleeper, int64_t timeoutNs) {
  ++counters_.sleeps;
  sleeper->Sleep(timeoutNs);
  if (doorbell_ == nullptr) return;
  EndSleep(segment_->header());
  doorbell_->Drain();
}

int Network::Receive() {
  const int count = received_.Receive(receiver_.get(), &counters_);
  if (count >= 0) receiveFailing_ = false;
  return count;
}

// A socket that goes on failing must not turn a thread of real-time priority into a busy loop.
int Network::ReceiveFailed(int64_t timeoutNs) {
  constexpr int64_t kPauseNsMax = 1'000'000;
  ++counters_.receiveErrors;
  Note("receive", errno, 0);
  if (receiveFailing_) {
    Sleep(&bellSleeper_, std::min(timeoutNs, kPauseNsMax));
  }
  receiveFailing_ = true;
  return Finish(-1);
}

int Network::Finish(int count) {
  *memory_->clockUs = static_cast<double>(MonotonicNs()) * 1e-3;
  return count;
}

}  // namespace jambridge
