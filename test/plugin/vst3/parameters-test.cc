// Parameters: description, values, text both ways, MIDI controllers as parameters. argv[1]: JamBridge.so
#include "plugin/shim/parameters.h"

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "test/plugin/support/own-segment.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void DescribesEach(Vst3Instance& instance) {
  v3_edit_controller** controller = instance.controller;
  const int32_t count = v3_cpp_obj(controller)->get_parameter_count(controller);
  CHECK(count == static_cast<int32_t>(kParamCount) + 1 + 16 * 131);
  std::set<v3_param_id> ids;
  int shown = 0;
  v3_param_info info{};
  for (int32_t i = 0; i < count; ++i) {
    CHECK(v3_cpp_obj(controller)->get_parameter_info(controller, i, &info) == V3_OK);
    CHECK(ids.insert(info.param_id).second && info.title[0] != 0);
    if ((info.flags & V3_PARAM_IS_HIDDEN) == 0) ++shown;
    if (i >= static_cast<int32_t>(kParamCount)) continue;
    const ParamDef& def = Params()[static_cast<size_t>(i)];
    CHECK(info.param_id == def.id && Narrow(info.title) == def.name);
    CHECK(info.step_count ==
          ((def.flags & kParamStepped) != 0 ? static_cast<int32_t>(def.max - def.min) : 0));
    CHECK(((info.flags & V3_PARAM_IS_BYPASS) != 0) == (def.id == kParamBypass));
    CHECK(((info.flags & V3_PARAM_READ_ONLY) != 0) == ((def.flags & kParamReadOnly) != 0));
    CHECK(((info.flags & V3_PARAM_CAN_AUTOMATE) != 0) == ((def.flags & kParamReadOnly) == 0));
    CHECK(instance.Shown(def.id) == info.default_normalised_value && instance.Plain(def.id) == def.def);
  }
  CHECK(shown == static_cast<int>(kParamCount));
  CHECK(v3_cpp_obj(controller)->get_parameter_info(controller, count, &info) != V3_OK);
  CHECK(v3_cpp_obj(controller)->get_parameter_info(controller, -1, &info) != V3_OK);
}

void MapsControllers(Vst3Instance& instance) {
  v3_midi_mapping** mapping = instance.mapping;
  v3_edit_controller** controller = instance.controller;
  const auto assign = [&](int32_t bus, int16_t channel, int16_t number, v3_param_id* id) {
    return v3_cpp_obj(mapping)->get_midi_controller_assignment(mapping, bus, channel, number, id) == V3_TRUE;
  };
  v3_param_id id = 0;
  CHECK(assign(0, 3, 64, &id) && id >= 0x20000);
  const int32_t index = static_cast<int32_t>(id - 0x20000 + kParamCount + 1);
  v3_param_info info{};
  CHECK(v3_cpp_obj(controller)->get_parameter_info(controller, index, &info) == V3_OK);
  CHECK(info.param_id == id && Narrow(info.title) == "MIDI CC 3|64");
  CHECK(!assign(1, 0, 0, &id) && !assign(0, 16, 0, &id) && !assign(0, -1, 0, &id));
  CHECK(!assign(0, 0, -1, &id) && !assign(0, 0, 131, &id) && assign(0, 15, 129, &id));
  CHECK(instance.Set(id, 0.7) == V3_OK && instance.Shown(id) == 0);  // never stored
}

std::string TextOf(Vst3Instance& instance, v3_param_id id, double normalized) {
  v3_str_128 text{};
  v3_edit_controller** controller = instance.controller;
  CHECK(v3_cpp_obj(controller)->get_parameter_string_for_value(controller, id, normalized, text) == V3_OK);
  return Narrow(text);
}

bool ReadText(Vst3Instance& instance, v3_param_id id, const std::string& text, double* normalized) {
  v3_edit_controller** controller = instance.controller;
  return v3_cpp_obj(controller)
             ->get_parameter_value_for_string(controller, id, Wide(text).data(), normalized) == V3_OK;
}

void SpeaksBothWays(Vst3Instance& instance) {
  double back = 0;
  CHECK(TextOf(instance, kParamMode, 1.0 / 3) == "receive");
  CHECK(ReadText(instance, kParamMode, "send+receive", &back) && back == 2.0 / 3);
  CHECK(!ReadText(instance, kParamMode, "sideways", &back) &&
        !ReadText(instance, kParamChannel, "65", &back));
  CHECK(TextOf(instance, kParamDry, 0.5) == "0.00");  // dB, the unit shown beside it
  CHECK(ReadText(instance, kParamDry, "-6", &back) && std::abs(back - 0.2506) < 0.001);
  CHECK(ReadText(instance, kParamDry, "-6 dB", &back) && std::abs(back - 0.2506) < 0.001);
  CHECK(ReadText(instance, kParamLatencyMs, "250.5 ms", &back));
  for (uint32_t id = 0; id < kParamCount; ++id) {
    for (int step = 0; step <= 20; ++step) {
      const std::string text = TextOf(instance, id, step / 20.0);
      CHECK(!text.empty() && ReadText(instance, id, text, &back) && TextOf(instance, id, back) == text);
    }
  }
  v3_str_128 text{};
  v3_edit_controller** controller = instance.controller;
  CHECK(v3_cpp_obj(controller)->get_parameter_string_for_value(controller, 9999, 0, text) != V3_OK);
}

void ReadsBackAtOnce(Vst3Instance& instance) {
  for (uint32_t id = 0; id < kParamStatus; ++id) {
    const ParamDef& def = Params()[id];
    for (double plain = def.min; plain <= def.max; plain += (def.max - def.min) / 3) {
      CHECK(instance.SetPlain(id, plain) == V3_OK);
      CHECK(std::abs(instance.Plain(id) - ClampParam(id, plain)) < 1e-9);
    }
    CHECK(instance.SetPlain(id, def.def) == V3_OK);
  }
  CHECK(instance.Set(kParamDry, 7) == V3_OK && instance.Shown(kParamDry) == 1);
  CHECK(instance.SetPlain(kParamDry, 1) == V3_OK);
  CHECK(instance.Set(kParamDry, std::nan("")) != V3_OK && instance.Plain(kParamDry) == 1);
  CHECK(instance.Set(kParamStatus, 1) == V3_OK && instance.Shown(kParamStatus) == 0);
  CHECK(instance.Set(9999, 0.5) != V3_OK);
}

// Values reach the processor through blocks, empty ones too, and the controller shows them.
void FollowsAutomation(Vst3Instance& instance) {
  CHECK(instance.Activate());
  instance.Point(kParamChannel, 0, 7);
  instance.Point(kParamBypass, 0, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  CHECK(instance.Plain(kParamChannel) == 7 && instance.Plain(kParamBypass) == 1);
  instance.changesIn.Add(kParamStatus, 0, 1);
  instance.changesIn.Add(9999, 0, 1);
  instance.changesIn.Add(kParamChannel, 0, std::numeric_limits<double>::quiet_NaN());
  instance.changesIn.Add(kParamDry, -5, 1e9);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  CHECK(instance.Plain(kParamChannel) == 7 && instance.Shown(kParamStatus) == 0 &&
        instance.Shown(kParamDry) == 1);
  Stream saved;
  CHECK(v3_cpp_obj(instance.component)->get_state(instance.component, As<v3_bstream>(saved)) == V3_OK);
  CHECK(saved.bytes.find("7") != std::string::npos);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  Vst3Instance instance(module);
  DescribesEach(instance);
  MapsControllers(instance);
  SpeaksBothWays(instance);
  ReadsBackAtOnce(instance);
  FollowsAutomation(instance);
  return 0;
}
