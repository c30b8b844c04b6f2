// CLAP's view of the shim's parameter table.
#include "plugin/shim/parameters.h"

#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "plugin/clap/extensions.h"
#include "plugin/clap/plugin-instance.h"

namespace jambridge::clap {
namespace {

uint32_t FlagsOf(const ParamDef& def) {
  uint32_t flags = 0;
  if ((def.flags & kParamAutomatable) != 0) flags |= CLAP_PARAM_IS_AUTOMATABLE;
  if ((def.flags & kParamReadOnly) != 0) flags |= CLAP_PARAM_IS_READONLY;
  if ((def.flags & kParamStepped) != 0) flags |= CLAP_PARAM_IS_STEPPED;
  if ((def.flags & kParamIsBypass) != 0) flags |= CLAP_PARAM_IS_BYPASS;
  return flags;
}

uint32_t Count(const clap_plugin_t*) { return kParamCount; }

bool GetInfo(const clap_plugin_t*, uint32_t index, clap_param_info_t* info) {
  if (index >= kParamCount || info == nullptr) return false;
  const ParamDef& def = Params()[index];
  *info = {};
  info->id = def.id;
  info->flags = FlagsOf(def);
  info->min_value = def.min;
  info->max_value = def.max;
  info->default_value = def.def;
  std::snprintf(info->name, sizeof info->name, "%s", def.name);
  return true;
}

bool GetValue(const clap_plugin_t* plugin, clap_id id, double* plain) {
  if (FindParam(id) == nullptr || plain == nullptr) return false;
  *plain = PluginInstance::Of(plugin).core().GetParam(id);
  return true;
}

bool ValueToText(const clap_plugin_t*, clap_id id, double plain, char* text, uint32_t sizeBytes) {
  if (FindParam(id) == nullptr || text == nullptr || sizeBytes == 0 || std::isnan(plain)) return false;
  std::snprintf(text, sizeBytes, "%s", ParamToText(id, plain).c_str());
  return true;
}

bool TextToValue(const clap_plugin_t*, clap_id id, const char* text, double* plain) {
  if (text == nullptr || plain == nullptr) return false;
  const std::optional<double> value = TextToParam(id, text);
  if (!value) return false;
  *plain = *value;
  return true;
}

void Flush(const clap_plugin_t* plugin, const clap_input_events_t* in, const clap_output_events_t* out) {
  PluginInstance::Of(plugin).Flush(in, out);
}

}  // namespace

const clap_plugin_params_t kParams = {Count, GetInfo, GetValue, ValueToText, TextToValue, Flush};

}  // namespace jambridge::clap
