#include "bridge/shm/doorbell.h"

#include <poll.h>

#include <atomic>
#include <thread>
#include <vector>

#include "bridge/shm/clock.h"
#include "bridge/shm/engine-role.h"
#include "test/support/check.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

bool Rings(const DoorbellServer& server, int timeoutMs) {
  pollfd waiting = {server.descriptor(), POLLIN, 0};
  return poll(&waiting, 1, timeoutMs) == 1;
}

void TestRing() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  SegmentHeader& header = segment->header();
  const DoorbellClient client;
  client.Ring(header);  // no name yet: nothing happens
  std::string why;
  auto server = DoorbellServer::Bind(header, &why);
  CHECK(server != nullptr);
  CHECK(!Rings(*server, 0));
  client.Ring(header);
  CHECK(Rings(*server, 1000));
  server->Drain();
  CHECK(!Rings(*server, 0));
  for (int i = 0; i < 5000; i++) client.Ring(header);  // more than the queue holds: never blocks
  server->Drain();
  server.reset();
  client.Ring(header);  // to nobody
  for (char& c : header.doorbellName) c = '\xFF';
  client.Ring(header);  // to garbage
  const auto first = DoorbellServer::Bind(header, &why);
  const auto second = DoorbellServer::Bind(header, &why);
  CHECK(first != nullptr && second != nullptr);
  client.Ring(header);
  CHECK(!Rings(*first, 0) && Rings(*second, 1000));
}

void TestEventcountByHand() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  SegmentHeader& header = segment->header();
  CHECK(!PublishBlock(header));  // nobody sleeps: no bell
  CHECK(!PrepareSleep(header, 0));
  CHECK_EQ(header.engineSleeping.load(), 0U);
  CHECK(PrepareSleep(header, 1));
  CHECK(PublishBlock(header));
  CHECK(!PublishBlock(header));  // of many, one rings
  EndSleep(header);
}

/** Publishers and a sleeper as fast as they can: every publication is seen without a timeout. */
void TestNoWakeUpIsLost() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  SegmentHeader& header = segment->header();
  std::string why;
  const auto server = DoorbellServer::Bind(header, &why);
  constexpr uint32_t kPublishers = 3;
  constexpr uint32_t kEach = 20000;
  std::atomic<uint32_t> bells{0};
  std::vector<std::thread> publishers;
  for (uint32_t i = 0; i < kPublishers; i++) {
    publishers.emplace_back([&] {
      const DoorbellClient client;
      for (uint32_t k = 0; k < kEach; k++) {
        if (PublishBlock(header)) {
          client.Ring(header);
          bells++;
        }
        if (k % 64 == 0) std::this_thread::yield();
      }
    });
  }
  uint32_t seen = 0;
  uint32_t sleeps = 0;
  while (seen < kPublishers * kEach) {
    sleeps++;
    if (PrepareSleep(header, seen)) {
      CHECK(Rings(*server, 20000));  // would time out if a wake-up were lost
      EndSleep(header);
    }
    server->Drain();
    seen = header.publishCount.load();
  }
  for (std::thread& publisher : publishers) publisher.join();
  CHECK(bells <= sleeps);
  CHECK(bells > 0);
}

/** One publication at a time, each only when the one before was seen: a lost wake-up is never made good. */
void TestPingPong() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  SegmentHeader& header = segment->header();
  std::string why;
  const auto server = DoorbellServer::Bind(header, &why);
  constexpr uint32_t kRounds = 100000;
  std::atomic<uint32_t> seen{0};
  std::thread publisher([&] {
    const DoorbellClient client;
    for (uint32_t round = 1; round <= kRounds; round++) {
      for (uint32_t jitter = round * 7919 % 300; jitter > 0; jitter--)
        seen.load();  // meets the sleeper anywhere
      if (PublishBlock(header)) client.Ring(header);
      while (seen < round) {
      }
    }
  });
  for (uint32_t turn = 0; seen < kRounds; turn++) {
    for (uint32_t jitter = turn * 104729 % 401; jitter > 0; jitter--) header.publishCount.load();
    if (PrepareSleep(header, seen)) {
      CHECK(Rings(*server, 5000));
      EndSleep(header);
    }
    server->Drain();
    seen = header.publishCount.load();
  }
  publisher.join();
}

}  // namespace

int main() {
  TestRing();
  TestEventcountByHand();
  TestNoWakeUpIsLost();
  TestPingPong();
  return 0;
}
