// Windows: two networks on loopback hear each other; waits end by a packet, by the bell, and in time.
#include "bridge/net/network.h"

#include <cstring>
#include <thread>

#include "bridge/net/interfaces.h"
#include "bridge/shm/clock.h"
#include "bridge/shm/engine-role.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

NetworkOptions Loopback(uint32_t port) {
  NetworkOptions options;
  options.interfaceAddresses = {"127.0.0.1"};
  options.group = "239.77.66.55";
  options.port = port;
  options.receiveBufferBytes = options.sendBufferBytes = 1 << 18;
  options.datagramStride = 2048;
  options.batchMax = 64;
  return options;
}

std::unique_ptr<Network> MustOpenNetwork(const NetworkOptions& options) {
  std::string error;
  auto network = Network::Open(options, &error);
  if (network == nullptr) std::cerr << error << std::endl;
  CHECK(network != nullptr);
  return network;
}

void SendNumbers(Network& network, uint32_t count, uint8_t first) {
  uint8_t slab[64];
  for (uint32_t i = 0; i < count; i++) {
    slab[i] = static_cast<uint8_t>(first + i);
    network.memory()->sendMeta[i * kSendMetaInts] = static_cast<int32_t>(i);
    network.memory()->sendMeta[i * kSendMetaInts + 1] = 1;
  }
  CHECK(network.SendMetaValid(sizeof slab, count));
  CHECK_EQ(network.Send(slab, count), count);
}

void HearNumbers(Network& network, uint32_t count, uint8_t first) {
  for (uint32_t heard = 0; heard < count;) {
    const int got = network.Wait(0, 0, 5 * kSecondNs);
    CHECK(got > 0);
    for (int i = 0; i < got; i++, heard++) {
      CHECK_EQ(network.memory()->receiveMeta[i * kReceiveMetaInts], 1);
      CHECK_EQ(network.memory()->receiveSlab[static_cast<size_t>(i) * 2048],
               static_cast<uint8_t>(first + heard));
    }
  }
}

void TestInterfaces() {
  bool loopback = false;
  for (const NetworkInterface& entry : ListInterfaces()) loopback = loopback || (entry.loopback && entry.up);
  CHECK(loopback);
}

void TestTwoHearEachOther() {
  const auto first = MustOpenNetwork(Loopback(0));
  const auto second = MustOpenNetwork(Loopback(first->port()));
  SendNumbers(*first, 64, 0);
  HearNumbers(*second, 64, 0);
  HearNumbers(*first, 64, 0);
  SendNumbers(*second, 10, 100);
  HearNumbers(*first, 10, 100);
  CHECK_EQ(first->counters().datagramsReceived, 74U);
  CHECK_EQ(first->counters().sendErrors, 0U);
}

void TestWaitEndsInTime() {
  const auto network = MustOpenNetwork(Loopback(0));
  const uint64_t start = MonotonicNs();
  CHECK_EQ(network->Wait(0, 0, kSecondNs / 20), 0);
  const uint64_t took = MonotonicNs() - start;
  CHECK(took >= kSecondNs / 20 - 1'000'000 && took < 5 * kSecondNs);
}

void TestBellWakes() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  CHECK(ClaimEngine(*segment, "test").ok);
  NetworkOptions options = Loopback(0);
  options.segment = segment;
  options.doorbell = true;
  const auto network = MustOpenNetwork(options);
  std::thread plugin([&] {
    const DoorbellClient client;
    while (segment->header().engineSleeping.load() == 0) std::this_thread::yield();
    if (PublishBlock(segment->header())) client.Ring(segment->header());
  });
  const uint64_t start = MonotonicNs();
  CHECK_EQ(network->Wait(0, 0, 20 * kSecondNs), 0);
  CHECK(MonotonicNs() - start < 10 * kSecondNs);
  plugin.join();
  CHECK_EQ(segment->header().publishCount.load(), 1U);
}

}  // namespace

int main() {
  TestInterfaces();
  TestTwoHearEachOther();
  TestWaitEndsInTime();
  TestBellWakes();
  return 0;
}
