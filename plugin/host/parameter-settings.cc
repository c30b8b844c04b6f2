#include "plugin/host/parameter-settings.h"

#include <cctype>
#include <charconv>
#include <cmath>

#include "plugin/host/host-error.h"
#include "plugin/shim/config.h"
#include "plugin/shim/parameters.h"

namespace jambridge::host {

namespace {

constexpr uint32_t kListedStepsMax = 16;  // more than that is told as a range

/** "Receive latency (ms)" becomes "receive-latency-ms". */
std::string Dashed(const std::string& text) {
  std::string key;
  for (const char c : text) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 || letter >= 0x80 || c == '+') {
      key += static_cast<char>(letter < 0x80 ? std::tolower(letter) : letter);
    } else if (!key.empty() && key.back() != '-') {
      key += '-';
    }
  }
  if (!key.empty() && key.back() == '-') key.pop_back();
  return key;
}

std::optional<double> WholeNumber(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

double StepValue(const ParameterInfo& parameter, uint32_t step) {
  return parameter.min + (parameter.max - parameter.min) * step / parameter.stepCount;
}

/** Our own plugin's row for a parameter; its ids are the same in each format. Null: another plugin. */
const ParamDef* OwnRow(const PluginIdentity& plugin, const ParameterInfo& parameter) {
  if (plugin.name != PLUG_NAME || plugin.vendor != PLUG_MFR) return nullptr;
  const ParamDef* def = FindParam(parameter.id);
  return def != nullptr && parameter.name == def->name ? def : nullptr;
}

/**
 * The plugin's own conversion. For ours it is called directly: its adapters differ in what a bare
 * number means for a gain (VST3 hosts show "dB" beside it), and a command line must not.
 */
std::optional<double> ValueFrom(PluginInstance& plugin, const ParameterInfo& parameter,
                                const std::string& text) {
  const ParamDef* def = OwnRow(plugin.identity(), parameter);
  if (def == nullptr) return plugin.ValueFromText(parameter.id, text);
  const std::optional<double> plain = TextToParam(def->id, text);
  return plain && plugin.identity().format == "VST3" ? NormalizeParam(def->id, *plain) : plain;
}

const ParameterInfo* Find(const PluginIdentity& plugin, const std::vector<ParameterInfo>& all,
                          const std::string& key) {
  for (const ParameterInfo& parameter : all) {
    if (ParameterKey(plugin, parameter) == key) return &parameter;
  }
  const std::string dashed = Dashed(key);
  for (const ParameterInfo& parameter : all) {
    if (!dashed.empty() && Dashed(parameter.name) == dashed) return &parameter;
  }
  for (const ParameterInfo& parameter : all) {
    if (std::to_string(parameter.id) == key) return &parameter;
  }
  return nullptr;
}

[[noreturn]] void RefuseKey(const PluginIdentity& plugin, const std::vector<ParameterInfo>& all,
                            const std::string& key) {
  std::string keys;
  for (const ParameterInfo& parameter : all) {
    if (!parameter.readOnly) keys += (keys.empty() ? "" : ", ") + ParameterKey(plugin, parameter);
  }
  WrongUse(plugin.name + " has no parameter '" + key + "'; there are: " + (keys.empty() ? "none" : keys));
}

/** A plugin may clamp or round what it is given; where steps are numbers, that shows. */
bool ChangedSilently(PluginInstance& plugin, const ParameterInfo& parameter, const std::string& text,
                     double value) {
  if (parameter.stepCount == 0) return false;
  const auto asked = WholeNumber(text);
  const auto shown = WholeNumber(plugin.TextFromValue(parameter.id, value));
  return asked && shown && *asked != *shown;
}

}  // namespace

std::string ParameterKey(const PluginIdentity& plugin, const ParameterInfo& parameter) {
  const ParamDef* def = OwnRow(plugin, parameter);  // its keys are shorter than its names
  if (def != nullptr) return def->key;
  return Dashed(parameter.name);
}

std::string ShownValue(PluginInstance& plugin, const ParameterInfo& parameter, double value) {
  const ParamDef* def = OwnRow(plugin.identity(), parameter);
  if (def != nullptr) {
    return ParamToText(def->id,
                       plugin.identity().format == "VST3" ? DenormalizeParam(def->id, value) : value);
  }
  const std::string text = plugin.TextFromValue(parameter.id, value);
  return parameter.unit.empty() ? text : text + " " + parameter.unit;
}

std::string DescribeValues(PluginInstance& plugin, const ParameterInfo& parameter) {
  if (parameter.stepCount == 0 || parameter.stepCount > kListedStepsMax) {
    return ShownValue(plugin, parameter, parameter.min) + " .. " +
           ShownValue(plugin, parameter, parameter.max);
  }
  std::string values;
  for (uint32_t step = 0; step <= parameter.stepCount; ++step) {
    values += (step == 0 ? "" : ", ") + ShownValue(plugin, parameter, StepValue(parameter, step));
  }
  return values;
}

ResolvedParameter ResolveSetting(PluginInstance& plugin, const std::string& key, const std::string& text) {
  const std::vector<ParameterInfo> all = plugin.Parameters();
  const ParameterInfo* parameter = Find(plugin.identity(), all, key);
  if (parameter == nullptr) RefuseKey(plugin.identity(), all, key);
  if (parameter->readOnly) WrongUse("parameter '" + key + "' can only be read");
  const std::optional<double> value = ValueFrom(plugin, *parameter, text);
  const bool good = value && std::isfinite(*value) && *value >= parameter->min && *value <= parameter->max &&
                    !ChangedSilently(plugin, *parameter, text, *value);
  if (!good) {
    WrongUse("'" + text + "' is no value of parameter '" + key +
             "'; valid: " + DescribeValues(plugin, *parameter));
  }
  return {parameter->id, *value};
}

}  // namespace jambridge::host
