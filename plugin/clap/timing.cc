// Latency, tail, render mode.
#include "plugin/clap/extensions.h"
#include "plugin/clap/plugin-instance.h"

namespace jambridge::clap {
namespace {

uint32_t GetLatency(const clap_plugin_t* plugin) { return PluginInstance::Of(plugin).ReadLatency(); }

uint32_t GetTail(const clap_plugin_t* plugin) { return PluginInstance::Of(plugin).core().GetTail(); }

// The other studio plays in real time and can not be rendered faster: say so, and hosts bounce live.
bool HasHardRealtimeRequirement(const clap_plugin_t*) { return true; }

// A host may render offline all the same: then it must get a render, with the dry track only.
bool SetRenderMode(const clap_plugin_t* plugin, int32_t mode) {
  if (mode != kRenderRealtime && mode != kRenderOffline) return false;
  PluginInstance::Of(plugin).SetOffline(mode == kRenderOffline);
  return true;
}

}  // namespace

const clap_plugin_latency_t kLatency = {GetLatency};
const PluginTail kTail = {GetTail};
const PluginRender kRender = {HasHardRealtimeRequirement, SetRenderMode};

}  // namespace jambridge::clap
