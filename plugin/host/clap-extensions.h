// CLAP extensions that Debian's dpf-source has no header for; same layout as clap/ext/render.h.
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

}  // namespace jambridge::host
