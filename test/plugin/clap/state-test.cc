// State: round trip through streams of any piece size, refusal of garbage. argv[1]: JamBridge.clap
#include "clap/ext/state.h"

#include <algorithm>
#include <string>

#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

struct Stream {
  std::string bytes;
  size_t position = 0;
  uint64_t pieceMax = 17;
  size_t failAfter = SIZE_MAX;

  clap_ostream_t out{this, [](const clap_ostream_t* self, const void* data, uint64_t size) -> int64_t {
                       auto& stream = *static_cast<Stream*>(self->ctx);
                       if (stream.bytes.size() >= stream.failAfter) return -1;
                       const uint64_t taken = std::min(size, stream.pieceMax);
                       stream.bytes.append(static_cast<const char*>(data), taken);
                       return static_cast<int64_t>(taken);
                     }};
  clap_istream_t in{this, [](const clap_istream_t* self, void* data, uint64_t size) -> int64_t {
                      auto& stream = *static_cast<Stream*>(self->ctx);
                      if (stream.position >= stream.failAfter) return -1;
                      const uint64_t given =
                          std::min({size, stream.pieceMax, uint64_t{stream.bytes.size() - stream.position}});
                      std::copy_n(stream.bytes.begin() + static_cast<std::ptrdiff_t>(stream.position), given,
                                  static_cast<char*>(data));
                      stream.position += given;
                      return static_cast<int64_t>(given);
                    }};
};

const clap_plugin_state_t* StateOf(const ClapInstance& instance) {
  return instance.Extension<clap_plugin_state_t>(CLAP_EXT_STATE);
}

bool Load(ClapInstance& instance, const std::string& bytes) {
  Stream stream;
  stream.bytes = bytes;
  return StateOf(instance)->load(instance.plugin, &stream.in);
}

void SetAll(ClapInstance& instance) {
  const auto* params = instance.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
  instance.in.Param(0, kParamMode, 1);
  instance.in.Param(0, kParamChannel, 42);
  instance.in.Param(0, kParamLatencyMs, 33.3);
  instance.in.Param(0, kParamDry, 0.1);
  instance.in.Param(0, kParamWet, 1.7);
  instance.in.Param(0, kParamMidi, 0);
  instance.in.Param(0, kParamRedundancy, 0);
  instance.in.Param(0, kParamReportLatency, 1);
  instance.in.Param(0, kParamBypass, 1);
  params->flush(instance.plugin, instance.in.list(), instance.out.list());
  instance.in.Clear();
}

void ExpectEqual(const ClapInstance& a, const ClapInstance& b) {
  for (uint32_t i = 0; i < kParamCount; ++i) CHECK(a.Param(i) == b.Param(i));
}

void GoesRound(const ClapModule& module, ClapInstance& original, uint64_t pieceMax) {
  Stream stream;
  stream.pieceMax = pieceMax;
  CHECK(StateOf(original)->save(original.plugin, &stream.out) && !stream.bytes.empty());
  ClapHost host;
  ClapInstance copy(module, host);
  CHECK(copy.Param(kParamChannel) == 1);
  CHECK(StateOf(copy)->load(copy.plugin, &stream.in));
  ExpectEqual(original, copy);
  CHECK(host.rescans == 1);
  CHECK(copy.Activate());  // the state is there while playing, too
  ExpectEqual(original, copy);
  Stream again;
  CHECK(StateOf(copy)->save(copy.plugin, &again.out) && again.bytes == stream.bytes);
}

void RefusesGarbage(const ClapModule& module, ClapInstance& original) {
  Stream good;
  CHECK(StateOf(original)->save(original.plugin, &good.out));
  ClapHost host;
  ClapInstance victim(module, host);
  ClapInstance untouched(module, host);
  CHECK(!Load(victim, ""));
  CHECK(!Load(victim, "garbage"));
  CHECK(!Load(victim, std::string(100, '\0')));
  CHECK(!Load(victim, std::string(8 << 20, 'x')));
  CHECK(!Load(victim, good.bytes.substr(0, 5)));
  Stream failing;
  failing.bytes = good.bytes;
  failing.failAfter = 20;
  CHECK(!StateOf(victim)->load(victim.plugin, &failing.in));
  ExpectEqual(victim, untouched);
  Stream full;
  full.failAfter = 20;
  CHECK(!StateOf(original)->save(original.plugin, &full.out));
  CHECK(!StateOf(original)->save(original.plugin, nullptr) &&
        !StateOf(original)->load(original.plugin, nullptr));
  Random random(7);
  for (int round = 0; round < 3000; ++round) {  // mutated: any answer, no harm
    std::string bytes = good.bytes;
    for (uint32_t edits = 1 + random.Below(4); edits > 0; --edits) {
      bytes[random.Below(static_cast<uint32_t>(bytes.size()))] = static_cast<char>(random.Next());
    }
    Load(victim, bytes);
    for (uint32_t i = 0; i < kParamCount; ++i) {
      const ParamDef& def = Params()[i];
      CHECK(victim.Param(i) >= def.min && victim.Param(i) <= def.max);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  ClapHost host;
  ClapInstance original(module, host);
  SetAll(original);
  for (const uint64_t pieceMax : {uint64_t{1}, uint64_t{17}, UINT64_MAX})
    GoesRound(module, original, pieceMax);
  RefusesGarbage(module, original);
  return 0;
}
