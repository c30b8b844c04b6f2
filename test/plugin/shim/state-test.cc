#include <cmath>
#include <string>

#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kSaved = kParamStatus;  // all before it

void TestRoundTrip(uint64_t seed) {
  Random random(seed);
  for (int i = 0; i < 500; i++) {
    TestHost a;
    TestHost b;
    for (uint32_t id = 0; id < kSaved; id++)
      a.plugin.SetParam(id, DenormalizeParam(id, random.Below(1000001) / 1e6));
    const std::string state = a.plugin.SerializeState();
    CHECK(state.size() < 1000);
    CHECK(b.plugin.UnserializeState(state));
    for (uint32_t id = 0; id < kSaved; id++)
      CHECK(a.plugin.GetParam(id) == b.plugin.GetParam(id));  // to the last bit
    CHECK_EQ(b.plugin.SerializeState(), state);
  }
}

void TestForwardCompatible() {
  TestHost host;
  host.plugin.SetParam(kParamWet, 0.1);
  CHECK(host.plugin.UnserializeState(
      "jambridge-state 7\r\nchannel = 9\nnew-thing=hello\n\n=\nmode\nstatus=3\ndry=0.25"));
  CHECK(host.plugin.GetParam(kParamChannel) == 9 && host.plugin.GetParam(kParamDry) == 0.25);
  CHECK(host.plugin.GetParam(kParamWet) == 1);  // not named: its default
  CHECK(host.plugin.GetParam(kParamStatus) == 0);
  CHECK(host.plugin.UnserializeState("jambridge-state 1\nchannel=1e99\nlatency=-5\nmode=nan\nwet=x\n"));
  CHECK(host.plugin.GetParam(kParamChannel) == 64 && host.plugin.GetParam(kParamLatencyMs) == 1);
  CHECK(host.plugin.GetParam(kParamMode) == 2 && host.plugin.GetParam(kParamWet) == 1);
}

void TestGarbageChangesNothing() {
  TestHost host;
  host.plugin.SetParam(kParamChannel, 33);
  const std::string good = host.plugin.SerializeState();
  const std::string garbage[] = {"",
                                 "x",
                                 "jambridge-state",
                                 "jambridge-state ",
                                 "jambridge-state x\nchannel=2\n",
                                 "jambridge-state 0\nchannel=2\n",
                                 "Jambridge-state 1\nchannel=2\n",
                                 "\n" + good,
                                 std::string(1000, '\0'),
                                 "jambridge-state 1\n" + std::string(70000, 'a')};
  for (const std::string& state : garbage) CHECK(!host.plugin.UnserializeState(state));
  CHECK_EQ(host.plugin.SerializeState(), good);
}

void TestFuzz(uint64_t seed) {
  Random random(seed);
  TestHost host;
  const std::string good = host.plugin.SerializeState();
  for (int i = 0; i < 20000; i++) {
    std::string state = random.Below(10) == 0 ? std::string(random.Below(300), ' ') : good;
    for (uint32_t k = random.Below(10); k > 0 && !state.empty(); k--) {
      const uint32_t at = random.Below(static_cast<uint32_t>(state.size()));
      switch (random.Below(3)) {
        case 0:
          state[at] = static_cast<char>(random.Next());
          break;
        case 1:
          state.erase(at, random.Below(20));
          break;
        default:
          state.insert(at, 1 + random.Below(5), static_cast<char>(random.Next()));
          break;
      }
    }
    host.plugin.UnserializeState(state);
    for (const ParamDef& def : Params()) {
      const double value = host.plugin.GetParam(def.id);
      CHECK(value >= def.min && value <= def.max);
    }
  }
}

void TestReadOnlyAndUnknown() {
  TestHost host;
  host.plugin.SetParam(kParamStatus, 3);
  host.plugin.SetParam(12345, 3);
  CHECK(host.plugin.GetParam(kParamStatus) == 0 && host.plugin.GetParam(12345) == 0);
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestRoundTrip(seed);
  TestForwardCompatible();
  TestGarbageChangesNothing();
  TestFuzz(seed);
  TestReadOnlyAndUnknown();
  return 0;
}
