// CLAP extensions that Debian's dpf-source has no header for; same layout as clap/ext/render.h and
// clap/ext/configurable-audio-ports.h.
#pragma once

#include "clap/plugin.h"

namespace jambridge::host {

inline constexpr char kClapExtRender[] = "clap.render";
inline constexpr int32_t kClapRenderRealtime = 0;
inline constexpr int32_t kClapRenderOffline = 1;

struct ClapPluginRender {
  bool(CLAP_ABI* has_hard_realtime_requirement)(const clap_plugin_t* plugin);
  bool(CLAP_ABI* set)(const clap_plugin_t* plugin, int32_t mode);
};

inline constexpr char kClapExtConfigurableAudioPorts[] = "clap.configurable-audio-ports/1";

struct ClapAudioPortRequest {
  bool is_input;
  uint32_t port_index;
  uint32_t channel_count;
  const char* port_type;
  const void* port_details;
};

struct ClapPluginConfigurableAudioPorts {
  bool(CLAP_ABI* can_apply_configuration)(const clap_plugin_t*, const ClapAudioPortRequest*, uint32_t count);
  bool(CLAP_ABI* apply_configuration)(const clap_plugin_t*, const ClapAudioPortRequest*, uint32_t count);
};

}  // namespace jambridge::host
