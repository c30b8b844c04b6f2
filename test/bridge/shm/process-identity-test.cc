#include "bridge/shm/process-identity.h"

#include <unistd.h>

#include <set>

#include "bridge/shm/clock.h"
#include "test/support/child.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void TestSelf() {
  const ProcessIdentity self = ThisProcess();
  CHECK_EQ(self.pid, static_cast<uint32_t>(getpid()));
  CHECK(self.startStamp != 0);
  CHECK(ProcessLiveness(self.pid, self.startStamp) == Liveness::kAlive);
  CHECK(ProcessLiveness(self.pid, 0) == Liveness::kAlive);
  CHECK(!HolderDead(self, HeartbeatNow() - 100000));  // alive is alive, however old its heartbeat
}

void TestReusedPid() {
  ProcessIdentity other = ThisProcess();
  other.startStamp ^= 1;  // the same pid, started at another time
  CHECK(ProcessLiveness(other.pid, other.startStamp) == Liveness::kDead);
  CHECK(HolderDead(other, HeartbeatNow()));
}

void TestNonsense() {
  CHECK(ProcessLiveness(0, 1) == Liveness::kDead);
  CHECK(ProcessLiveness(0xFFFFFFFFU, 0) == Liveness::kDead);
  CHECK(ProcessLiveness(0x7FFFFFFFU, 0) == Liveness::kDead);
}

void TestKilledChild() {
  Signal ready;
  const pid_t child = Fork([&] {
    ready.Send();
    for (;;) pause();
    return 0;
  });
  ready.Await();
  const auto pid = static_cast<uint32_t>(child);
  CHECK(ProcessLiveness(pid, 0) == Liveness::kAlive);
  Kill(child);
  CHECK(ProcessLiveness(pid, 0) == Liveness::kDead);  // a zombie, while its parent does not care
  Join(child);
  CHECK(ProcessLiveness(pid, 0) == Liveness::kDead);
  CHECK(!HolderDead({pid, 0}, HeartbeatNow()));  // seen while claiming: given the benefit of the doubt
  CHECK(HolderDead({pid, 0}, HeartbeatNow() - kClaimingDeadMs - 1));
}

void TestStoppedChildIsAlive() {
  Signal ready;
  const pid_t child = Fork([&] {
    ready.Send();
    for (;;) pause();
    return 0;
  });
  ready.Await();
  CHECK(kill(child, SIGSTOP) == 0);
  int status;
  CHECK(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
  CHECK(ProcessLiveness(static_cast<uint32_t>(child), 0) == Liveness::kAlive);
  Kill(child);
  Join(child);
}

#ifdef __linux__
void TestOtherContainer() {
  ProcessIdentity unseen = ThisProcess();
  unseen.startStamp ^= uint64_t{1} << 50;  // another PID namespace: our process table says nothing about it
  CHECK(ProcessLiveness(unseen.pid, unseen.startStamp) == Liveness::kUnknown);
  CHECK(!HolderDead(unseen, HeartbeatNow()));
  CHECK(!HolderDead(unseen, HeartbeatNow() - kUnseenDeadMs + 1000));
  CHECK(HolderDead(unseen, HeartbeatNow() - kUnseenDeadMs - 1));
}
#endif

void TestFreshStamps() {
  std::set<uint32_t> seen;
  for (int i = 0; i < 1000; i++) seen.insert(FreshStamp());
  CHECK_EQ(seen.size(), 1000U);
  CHECK(!seen.contains(0));
}

void TestHeartbeats() {
  CHECK(HeartbeatFresh(1000, 1000));
  CHECK(HeartbeatFresh(1000, 1499));
  CHECK(!HeartbeatFresh(1000, 1500));
  CHECK(HeartbeatFresh(0xFFFFFFF0U, 0x10));  // over the wrap
  CHECK(!HeartbeatFresh(0x80000000U, 0));
  CHECK(!HeartbeatFresh(1000 + 501, 1000));  // from the future: garbage
}

}  // namespace

int main() {
  TestSelf();
  TestReusedPid();
  TestNonsense();
  TestKilledChild();
  TestStoppedChildIsAlive();
#ifdef __linux__
  TestOtherContainer();
#endif
  TestFreshStamps();
  TestHeartbeats();
  return 0;
}
