// State: round trip through streams of any piece size, refusal of garbage. argv[1]: JamBridge.so
#include <cmath>
#include <string>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

bool Save(Vst3Instance& instance, Stream& stream) {
  return v3_cpp_obj(instance.component)->get_state(instance.component, As<v3_bstream>(stream)) == V3_OK;
}
bool Load(Vst3Instance& instance, Stream& stream) {
  return v3_cpp_obj(instance.component)->set_state(instance.component, As<v3_bstream>(stream)) == V3_OK;
}
bool LoadBytes(Vst3Instance& instance, const std::string& bytes) {
  Stream stream;
  stream.bytes = bytes;
  return Load(instance, stream);
}

void SetAll(Vst3Instance& instance) {
  instance.SetPlain(kParamMode, 1);
  instance.SetPlain(kParamChannel, 42);
  instance.SetPlain(kParamLatencyMs, 33.3);
  instance.SetPlain(kParamDry, 0.1);
  instance.SetPlain(kParamWet, 1.7);
  instance.SetPlain(kParamMidi, 0);
  instance.SetPlain(kParamRedundancy, 0);
  instance.SetPlain(kParamReportLatency, 1);
  instance.SetPlain(kParamBypass, 1);
}

void ExpectEqual(const Vst3Instance& a, const Vst3Instance& b) {
  for (uint32_t i = 0; i < kParamCount; ++i) CHECK(std::abs(a.Shown(i) - b.Shown(i)) < 1e-12);
}

void GoesRound(const Vst3Module& module, Vst3Instance& original, size_t pieceMax) {
  Stream stream;
  stream.pieceMax = pieceMax;
  CHECK(Save(original, stream) && !stream.bytes.empty());
  Vst3Instance copy(module);
  CHECK(copy.Plain(kParamChannel) == 1 && Load(copy, stream));
  v3_edit_controller** controller = copy.controller;
  stream.position = 0;
  CHECK(v3_cpp_obj(controller)->set_component_state(controller, As<v3_bstream>(stream)) == V3_OK);
  ExpectEqual(original, copy);
  Stream own;  // the controller's own state is empty, and harmless
  CHECK(v3_cpp_obj(controller)->get_state(controller, As<v3_bstream>(own)) == V3_OK);
  CHECK(v3_cpp_obj(controller)->set_state(controller, As<v3_bstream>(own)) == V3_OK);
  CHECK(copy.Activate());
  ExpectEqual(original, copy);
  Stream again;
  CHECK(Save(copy, again) && again.bytes == stream.bytes);
}

void RefusesGarbage(const Vst3Module& module, Vst3Instance& original) {
  Stream good;
  CHECK(Save(original, good));
  Vst3Instance victim(module);
  Vst3Instance untouched(module);
  CHECK(!LoadBytes(victim, "") && !LoadBytes(victim, "garbage") &&
        !LoadBytes(victim, std::string(100, '\0')));
  CHECK(!LoadBytes(victim, std::string(8 << 20, 'x')));
  CHECK(!LoadBytes(victim, good.bytes.substr(0, 5)));
  Stream failing;
  failing.bytes = good.bytes;
  failing.failAfter = 0;
  CHECK(!Load(victim, failing));
  ExpectEqual(victim, untouched);
  Stream full;
  full.failAfter = 20;
  CHECK(!Save(original, full));
  CHECK(v3_cpp_obj(victim.component)->set_state(victim.component, nullptr) != V3_OK);
  CHECK(v3_cpp_obj(victim.component)->get_state(victim.component, nullptr) != V3_OK);
  Random random(7);
  for (int round = 0; round < 3000; ++round) {  // mutated: any answer, no harm
    std::string bytes = good.bytes;
    for (uint32_t edits = 1 + random.Below(4); edits > 0; --edits) {
      bytes[random.Below(static_cast<uint32_t>(bytes.size()))] = static_cast<char>(random.Next());
    }
    LoadBytes(victim, bytes);
    for (uint32_t i = 0; i < kParamCount; ++i) CHECK(victim.Shown(i) >= 0 && victim.Shown(i) <= 1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  Vst3Instance original(module);
  SetAll(original);
  for (const size_t pieceMax : {size_t{1}, size_t{17}, SIZE_MAX}) GoesRound(module, original, pieceMax);
  RefusesGarbage(module, original);
  return 0;
}
