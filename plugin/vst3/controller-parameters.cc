// The controller half: the shim's parameter table, the latency report, the MIDI controllers.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "plugin/shim/number-text.h"
#include "plugin/shim/parameters.h"
#include "plugin/vst3/instance.h"
#include "plugin/vst3/midi-controllers.h"
#include "plugin/vst3/parameter-ids.h"
#include "plugin/vst3/text.h"

namespace jambridge::vst3 {
namespace {

constexpr size_t kTextUnits = 128;
constexpr int32_t kLatencyReportIndex = kParamCount;
constexpr int32_t kControllerIndexFirst = kParamCount + 1;
constexpr int32_t kParameterCount = kControllerIndexFirst + static_cast<int32_t>(kControllerIds);

bool IsKnown(v3_param_id id) {
  return FindParam(id) != nullptr || id == kLatencyReportId || IsControllerId(id);
}

// Whatever the user may set counts as automatable here: Ardour does not show other parameters at all.
int32_t FlagsOf(const ParamDef& def) {
  int32_t flags = (def.flags & kParamReadOnly) != 0 ? V3_PARAM_READ_ONLY : V3_PARAM_CAN_AUTOMATE;
  if ((def.flags & kParamIsBypass) != 0) flags |= V3_PARAM_IS_BYPASS;
  if (!def.valueNames.empty() && (def.flags & kParamIsBypass) == 0) flags |= V3_PARAM_IS_LIST;
  return flags;
}

void Describe(const ParamDef& def, v3_param_info& info) {
  info.param_id = def.id;
  ToUtf16(def.name, info.title);
  ToUtf16(def.name, info.short_title);
  ToUtf16((def.flags & kParamIsGain) != 0 ? "dB" : def.unit, info.units);
  if ((def.flags & kParamStepped) != 0) info.step_count = static_cast<int32_t>(def.max - def.min);
  info.default_normalised_value = NormalizeParam(def.id, def.def);
  info.flags = FlagsOf(def);
}

void DescribeLatencyReport(v3_param_info& info) {
  info.param_id = kLatencyReportId;
  ToUtf16("Latency report", info.title);
  ToUtf16("Latency report", info.short_title);
  info.flags = V3_PARAM_READ_ONLY | V3_PARAM_IS_HIDDEN;
}

void DescribeController(uint32_t index, v3_param_info& info) {
  info.param_id = kControllerIdFirst + index;
  const std::string title = "MIDI CC " + std::to_string(ChannelOfId(info.param_id)) + "|" +
                            std::to_string(ControllerOfId(info.param_id));
  ToUtf16(title, info.title);
  ToUtf16(title, info.short_title);
  info.flags = V3_PARAM_CAN_AUTOMATE | V3_PARAM_IS_HIDDEN;
}

// The parameters that are ours alone are plain 0..max numbers.
double PlainMax(v3_param_id id) { return IsControllerId(id) ? ControllerMax(ControllerOfId(id)) : 255; }

// Hosts show units themselves, next to the number.
std::string NumberText(v3_param_id id, double plain) {
  std::string text = ParamToText(id, plain, false);
  if ((FindParam(id)->flags & kParamIsGain) != 0 && text.ends_with(" dB")) text.resize(text.size() - 3);
  return text;
}

// So a bare number is taken as the unit shown: decibels for a gain.
std::optional<double> ReadNumberText(v3_param_id id, const std::string& text) {
  const bool gain = (FindParam(id)->flags & kParamIsGain) != 0;
  if (gain && !text.ends_with("B") && !text.ends_with("b")) return TextToParam(id, text + " dB");
  return TextToParam(id, text);
}

}  // namespace

void Instance::SyncController() {
  for (const ParamDef& def : Params()) {
    shown_[def.id].store(NormalizeParam(def.id, core_.GetParam(def.id)), std::memory_order_relaxed);
  }
}

// The component half already holds the state, and this is the same object.
v3_result Instance::setComponentState(v3_bstream**) {
  SyncController();
  return V3_OK;
}

// The controller keeps nothing of its own.
v3_result Instance::setControllerState(v3_bstream**) { return V3_OK; }
v3_result Instance::getControllerState(v3_bstream**) { return V3_OK; }

int32_t Instance::getParameterCount() { return kParameterCount; }

v3_result Instance::getParameterInfo(int32_t index, v3_param_info* info) {
  if (index < 0 || index >= kParameterCount || info == nullptr) return V3_INVALID_ARG;
  *info = {};
  if (index < kLatencyReportIndex) {
    Describe(Params()[static_cast<size_t>(index)], *info);
  } else if (index == kLatencyReportIndex) {
    DescribeLatencyReport(*info);
  } else {
    DescribeController(static_cast<uint32_t>(index - kControllerIndexFirst), *info);
  }
  return V3_OK;
}

v3_result Instance::getParamStringByValue(v3_param_id id, double normalized, v3_str_128 text) {
  if (!IsKnown(id) || text == nullptr) return V3_INVALID_ARG;
  const double plain = normalizedParamToPlain(id, normalized);
  const std::string shown = FindParam(id) != nullptr ? NumberText(id, plain) : FormatFixed(plain, 0);
  ToUtf16(shown, text, kTextUnits);
  return V3_OK;
}

v3_result Instance::getParamValueByString(v3_param_id id, int16_t* text, double* normalized) {
  if (!IsKnown(id) || text == nullptr || normalized == nullptr) return V3_INVALID_ARG;
  const std::string typed = FromUtf16(text, kTextUnits);
  const std::optional<double> plain =
      FindParam(id) != nullptr ? ReadNumberText(id, typed) : ParseNumber(typed);
  if (!plain) return V3_FALSE;
  *normalized = plainParamToNormalized(id, *plain);
  return V3_OK;
}

double Instance::normalizedParamToPlain(v3_param_id id, double normalized) {
  if (FindParam(id) != nullptr) return DenormalizeParam(id, std::clamp(normalized, 0.0, 1.0));
  return IsKnown(id) ? std::round(std::clamp(normalized, 0.0, 1.0) * PlainMax(id)) : 0;
}

double Instance::plainParamToNormalized(v3_param_id id, double plain) {
  if (FindParam(id) != nullptr) return NormalizeParam(id, plain);
  return IsKnown(id) ? std::clamp(plain / PlainMax(id), 0.0, 1.0) : 0;
}

double Instance::getParamNormalized(v3_param_id id) {
  if (const ParamDef* def = FindParam(id)) {
    if ((def->flags & kParamReadOnly) != 0) return NormalizeParam(id, core_.GetParam(id));
    return shown_[id].load(std::memory_order_relaxed);
  }
  return id == kLatencyReportId ? LatencyReportValue(latency_.changes()) : 0;
}

// What is set can be read back at once. The sound follows automation, which comes through process();
// only what can not be automated, or has no process() to come through, is set here.
v3_result Instance::setParamNormalized(v3_param_id id, double normalized) {
  if (!IsKnown(id) || std::isnan(normalized)) return V3_INVALID_ARG;
  if (const ParamDef* def = FindParam(id)) {
    if ((def->flags & kParamReadOnly) != 0) return V3_OK;
    normalized = std::clamp(normalized, 0.0, 1.0);
    shown_[id].store(normalized, std::memory_order_relaxed);
    if (!active_ || (def->flags & kParamAutomatable) == 0) {
      core_.SetParam(id, DenormalizeParam(id, normalized));
    }
  }
  TellLatency();
  return V3_OK;
}

v3_result Instance::setComponentHandler(v3_component_handler** handler) {
  handler_.Set(handler);
  return V3_OK;
}

void* Instance::createView(const char*) { return nullptr; }

v3_result Instance::getMidiControllerAssignment(int32_t bus, int16_t channel, int16_t controller,
                                                v3_param_id* id) {
  if (bus != 0 || channel < 0 || channel > 15 || controller < 0 || id == nullptr) return V3_FALSE;
  if (controller >= static_cast<int16_t>(kControllersPerChannel)) return V3_FALSE;
  *id = ControllerId(static_cast<uint32_t>(channel), static_cast<uint32_t>(controller));
  return V3_TRUE;
}

}  // namespace jambridge::vst3
