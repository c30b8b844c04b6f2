// CLAP extensions that Debian's dpf-source ships no headers for, declared from the published ABI
// (CLAP 1.1 and 1.2, MIT): clap.render, clap.tail, clap.audio-ports-config, clap.track-info.
#pragma once

#include <cstdint>

#include "clap/plugin.h"
#include "clap/string-sizes.h"

namespace jambridge::clap {

inline constexpr char kExtRender[] = "clap.render";
inline constexpr char kExtTail[] = "clap.tail";
inline constexpr char kExtAudioPortsConfig[] = "clap.audio-ports-config";
inline constexpr char kExtTrackInfo[] = "clap.track-info/1";
inline constexpr char kExtTrackInfoDraft[] = "clap.track-info.draft/1";  // the same under its former name

enum RenderMode : int32_t { kRenderRealtime = 0, kRenderOffline = 1 };

struct PluginRender {
  bool(CLAP_ABI* has_hard_realtime_requirement)(const clap_plugin_t*);  // [main-thread]
  bool(CLAP_ABI* set)(const clap_plugin_t*, int32_t mode);              // [main-thread]
};

struct PluginTail {
  uint32_t(CLAP_ABI* get)(const clap_plugin_t*);  // [main-thread, audio-thread]
};

struct AudioPortsConfig {
  uint32_t id;
  char name[CLAP_NAME_SIZE];
  uint32_t input_port_count;
  uint32_t output_port_count;
  bool has_main_input;
  uint32_t main_input_channel_count;
  const char* main_input_port_type;
  bool has_main_output;
  uint32_t main_output_channel_count;
  const char* main_output_port_type;
};

struct PluginAudioPortsConfig {
  uint32_t(CLAP_ABI* count)(const clap_plugin_t*);                               // [main-thread]
  bool(CLAP_ABI* get)(const clap_plugin_t*, uint32_t index, AudioPortsConfig*);  // [main-thread]
  bool(CLAP_ABI* select)(const clap_plugin_t*, uint32_t id);                     // [main-thread, inactive]
};

inline constexpr uint64_t kTrackHasName = 1;

struct TrackInfo {
  uint64_t flags;
  char name[CLAP_NAME_SIZE];
  uint8_t colorArgb[4];
  int32_t audio_channel_count;
  const char* audio_port_type;
};

struct PluginTrackInfo {
  void(CLAP_ABI* changed)(const clap_plugin_t*);  // [main-thread]
};

struct HostTrackInfo {
  bool(CLAP_ABI* get)(const clap_host_t*, TrackInfo*);  // [main-thread]
};

}  // namespace jambridge::clap
