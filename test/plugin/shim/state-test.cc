#include <cmath>
#include <string>

#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;
using namespace std::string_literals;

namespace {

void TestRoundTrip(uint64_t seed) {
  Random random(seed);
  for (int i = 0; i < 500; i++) {
    TestHost a;
    TestHost b;
    for (uint32_t id = 0; id < kParamCount; id++)
      a.plugin.SetParam(id, DenormalizeParam(id, random.Below(1000001) / 1e6));
    const std::string state = a.plugin.SerializeState();
    CHECK(state.size() < 1000);
    CHECK(b.plugin.UnserializeState(state));
    for (uint32_t id = 0; id < kParamCount; id++)
      CHECK(a.plugin.GetParam(id) == b.plugin.GetParam(id));  // to the last bit
    CHECK_EQ(b.plugin.SerializeState(), state);
  }
}

void TestForwardCompatible() {
  TestHost host;
  host.plugin.SetParam(kParamWet, 0.1);
  CHECK(host.plugin.UnserializeState(
      "jambridge-state 7\r\nchannel = 9\nnew-thing=hello\n\n=\nmode\nstatus=3\ndry=0.25\r\nend\r\nmore=1\n"));
  CHECK(host.plugin.GetParam(kParamChannel) == 9 && host.plugin.GetParam(kParamDry) == 0.25);
  CHECK(host.plugin.GetParam(kParamWet) == 1);  // not named: its default
  CHECK(host.plugin.GetParam(kParamStatus) == 0);
  CHECK(host.plugin.UnserializeState("jambridge-state 2\nchannel=1e99\nlatency=-5\nmode=nan\nwet=x\nend\n"));
  CHECK(host.plugin.GetParam(kParamChannel) == 64 && host.plugin.GetParam(kParamLatencyMs) == 1);
  CHECK(host.plugin.GetParam(kParamMode) == 2 && host.plugin.GetParam(kParamWet) == 1);
}

/** What 0.1.0 wrote: without a mark, but with its parameters in a fixed order. */
constexpr std::string_view kVersion1 =
    "jambridge-state 1\nmode=0\nchannel=3\nlatency=20\ndry=1\nwet=0.5\nmidi=1\nredundancy=2\n"
    "report-latency=1\nbypass=0\n";

void TestFormerVersion() {
  TestHost host;
  CHECK(host.plugin.UnserializeState(kVersion1));
  CHECK(host.plugin.GetParam(kParamChannel) == 3 && host.plugin.GetParam(kParamLatencyMs) == 20);
  CHECK(host.plugin.GetParam(kParamWet) == 0.5 && host.plugin.GetParam(kParamReportLatency) == 1);
}

/** A host that lost the end of a text (a full disk, a short read) must not set half of it. */
void TestTruncatedIsRefused() {
  TestHost host;
  host.plugin.SetParam(kParamChannel, 33);
  host.plugin.SetParam(kParamLatencyMs, 123.25);
  const std::string good = host.plugin.SerializeState();
  TestHost other;
  const std::string before = other.plugin.SerializeState();
  for (const std::string& whole : {good, std::string(kVersion1), "jambridge-state 12\nmode=0\nend\n"s}) {
    for (size_t bytes = 0; bytes < whole.size(); bytes++)
      CHECK(!other.plugin.UnserializeState(whole.substr(0, bytes)));
  }
  CHECK_EQ(other.plugin.SerializeState(), before);
  CHECK(other.plugin.UnserializeState(good + std::string(100, '\0')));  // some hosts pad
  CHECK_EQ(other.plugin.SerializeState(), good);
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
                                 "Jambridge-state 2\nchannel=2\nend\n",
                                 "jambridge-state 2 3\nchannel=2\nend\n",
                                 "jambridge-state 1.5\nchannel=2\nend\n",
                                 "\n" + good,
                                 std::string(1000, '\0'),
                                 "jambridge-state 2\n" + std::string(70000, 'a') + "\nend\n"};
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
  TestFormerVersion();
  TestTruncatedIsRefused();
  TestGarbageChangesNothing();
  TestFuzz(seed);
  TestReadOnlyAndUnknown();
  return 0;
}
