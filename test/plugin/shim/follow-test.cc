// What another host's transport does reaches the adapter once, where it is, and only if it is wanted.
#include <optional>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

class Follower : public TestHost {
 public:
  void FollowRemote(const RemoteMove& move) override { moves.push_back(move); }
  std::vector<RemoteMove> moves;
};

void TestMoves() {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  Follower host;
  host.Activate();
  const uint32_t slot = engine.OnlySlot();
  engine.MoveRemote(slot, true, 1000, 0);
  host.plugin.SetParam(kParamFollowTransport, 1);
  host.Process(64);
  CHECK(host.moves.empty());  // it rolled before we came
  engine.Serve();
  CHECK(engine.view(slot).control.follower == 1);
  const uint64_t now = engine.view(slot).control.blockFrame + 64;  // where the next block begins
  engine.MoveRemote(slot, true, 5000, now - 300);
  host.Process(64);
  host.Process(64);
  CHECK(host.moves.size() == 1 && host.moves[0].playing && host.moves[0].placed);
  CHECK(host.moves[0].songFrame == 5300);  // 300 frames have passed since
  engine.MoveRemote(slot, false, 7000, now - 300);
  host.Process(64);
  CHECK(host.moves.size() == 2 && !host.moves[1].playing && host.moves[1].songFrame == 7000);
  host.plugin.SetParam(kParamFollowTransport, 0);
  engine.MoveRemote(slot, true, 1, now);
  host.Process(64);
  host.plugin.SetParam(kParamFollowTransport, 1);
  host.Process(64);
  CHECK(host.moves.size() == 2);  // what happened meanwhile is not made up for
  engine.MoveRemote(slot, true, 1, now);
  host.offline = true;
  host.Process(64);
  CHECK(host.moves.size() == 2);  // a render is left alone
}

void TestGarbage(uint64_t seed) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  Follower host;
  host.plugin.SetParam(kParamFollowTransport, 1);
  host.Activate();
  host.Process(64);
  const uint32_t slot = engine.OnlySlot();
  Random random(seed);
  for (int i = 0; i < 20000; i++) {
    auto* words = reinterpret_cast<uint32_t*>(&engine.slot(slot).remote);
    for (uint32_t k = random.Below(8); k > 0; k--)
      __atomic_store_n(words + random.Below(8), static_cast<uint32_t>(random.Next()), __ATOMIC_RELAXED);
    host.Process(1);
  }
  CHECK(!host.moves.empty());
  constexpr int64_t kFar = int64_t{1} << 41;
  for (const RemoteMove& move : host.moves)
    CHECK(!move.placed || (move.songFrame < kFar && move.songFrame > -kFar));
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestMoves();
  TestGarbage(seed);
  return 0;
}
