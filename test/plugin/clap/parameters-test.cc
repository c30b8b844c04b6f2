// Parameters: description, values, text both ways, flush, foreign events. argv[1]: JamBridge.clap
#include "plugin/shim/parameters.h"

#include <cmath>
#include <limits>
#include <string>

#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

const clap_plugin_params_t* ParamsOf(const ClapInstance& instance) {
  return instance.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
}

void DescribesEach(const ClapInstance& instance) {
  const auto* params = ParamsOf(instance);
  CHECK(params != nullptr && params->count(instance.plugin) == kParamCount);
  clap_param_info_t info{};
  CHECK(!params->get_info(instance.plugin, kParamCount, &info));
  for (uint32_t i = 0; i < kParamCount; ++i) {
    CHECK(params->get_info(instance.plugin, i, &info));
    CHECK(info.id == i && info.name[0] != 0);
    CHECK(info.min_value < info.max_value);
    CHECK(info.default_value >= info.min_value && info.default_value <= info.max_value);
    CHECK(instance.Param(i) == info.default_value);
    CHECK(((info.flags & CLAP_PARAM_IS_BYPASS) != 0) == (i == kParamBypass));
    CHECK(((info.flags & CLAP_PARAM_IS_READONLY) != 0) == (i == kParamStatus || i == kParamTake));
  }
  double value = 0;
  CHECK(!params->get_value(instance.plugin, kParamCount, &value));
  CHECK(!params->get_value(instance.plugin, CLAP_INVALID_ID, &value));
}

void SpeaksBothWays(const ClapInstance& instance) {
  const auto* params = ParamsOf(instance);
  char text[64];
  double back = 0;
  CHECK(params->value_to_text(instance.plugin, kParamMode, 1, text, sizeof text));
  CHECK(std::string(text) == "receive");
  CHECK(params->text_to_value(instance.plugin, kParamMode, "Send+Receive", &back) && back == 2);
  CHECK(!params->text_to_value(instance.plugin, kParamMode, "sideways", &back));
  CHECK(!params->text_to_value(instance.plugin, kParamChannel, "65", &back));
  CHECK(!params->value_to_text(instance.plugin, kParamCount, 1, text, sizeof text));
  CHECK(!params->value_to_text(instance.plugin, kParamDry, std::nan(""), text, sizeof text));
  CHECK(params->value_to_text(instance.plugin, kParamMode, 2, text, 5) && std::string(text) == "send");
  for (uint32_t i = 0; i < kParamCount; ++i) {
    clap_param_info_t info{};
    CHECK(params->get_info(instance.plugin, i, &info));
    for (int step = 0; step <= 20; ++step) {
      const double value = info.min_value + (info.max_value - info.min_value) * step / 20;
      CHECK(params->value_to_text(instance.plugin, i, value, text, sizeof text) && text[0] != 0);
      CHECK(params->text_to_value(instance.plugin, i, text, &back));
      char again[64];
      CHECK(params->value_to_text(instance.plugin, i, back, again, sizeof again));
      CHECK(std::string(again) == text);  // what is shown stands still
    }
  }
}

// The same events through flush (inactive) and process (active).
void TakesValues(ClapInstance& instance, bool active) {
  const auto apply = [&] {
    if (active) {
      CHECK(instance.Process(nullptr, nullptr, 0) == CLAP_PROCESS_CONTINUE);
    } else {
      ParamsOf(instance)->flush(instance.plugin, instance.in.list(), instance.out.list());
      instance.in.Clear();
    }
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  instance.in.Param(0, kParamChannel, 7);
  instance.in.Param(0, kParamDry, 0.5);
  apply();
  CHECK(instance.Param(kParamChannel) == 7 && instance.Param(kParamDry) == 0.5);
  instance.in.Param(0, kParamChannel, 1e300);  // out of range: the nearest
  instance.in.Param(0, kParamDry, nan);        // no number: no change
  instance.in.Param(0, kParamStatus, 3);       // read-only
  instance.in.Param(0, kParamCount, 1);        // not ours
  instance.in.Param(0, CLAP_INVALID_ID, 1);
  apply();
  CHECK(instance.Param(kParamChannel) == 64 && instance.Param(kParamDry) == 0.5);
  CHECK(instance.Param(kParamStatus) == 0);
  clap_event_param_value_t foreign{};
  foreign.header = {0, 0, 77, CLAP_EVENT_PARAM_VALUE, 0};  // another space's event of the same number
  foreign.param_id = kParamChannel;
  foreign.value = 3;
  instance.in.Push(foreign);
  clap_event_param_mod_t modulation{};
  modulation.header = {0, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, 0};
  modulation.param_id = kParamChannel;
  modulation.amount = -10;
  instance.in.Push(modulation);
  apply();
  CHECK(instance.Param(kParamChannel) == 64);
  instance.in.Param(0, kParamChannel, 1);
  instance.in.Param(0, kParamDry, 1);
  apply();
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  ClapHost host;
  ClapInstance instance(module, host);
  DescribesEach(instance);
  SpeaksBothWays(instance);
  TakesValues(instance, false);
  ParamsOf(instance)->flush(instance.plugin, nullptr, nullptr);
  CHECK(instance.Activate());
  TakesValues(instance, true);
  return 0;
}
