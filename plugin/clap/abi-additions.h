// CLAP extensions that Debian's dpf-source ships no headers for, declared from the published ABI
// (CLAP 1.1 and 1.2, MIT): clap.render, clap.tail, clap.audio-ports-config and its info, clap.track-info,
// clap.configurable-audio-ports, and the draft clap.transport-control.
#pragma once

#include <cstdint>

#include "clap/ext/audio-ports.h"
#include "clap/fixedpoint.h"
#include "clap/plugin.h"
#include "clap/string-sizes.h"

namespace jambridge::clap {

inline constexpr char kExtRender[] = "clap.render";
inline constexpr char kExtTail[] = "clap.tail";
inline constexpr char kExtAudioPortsConfig[] = "clap.audio-ports-config";
inline constexpr char kExtAudioPortsConfigInfo[] = "clap.audio-ports-config-info/1";
inline constexpr char kExtConfigurableAudioPorts[] = "clap.configurable-audio-ports/1";
inline constexpr char kExtConfigurableAudioPortsDraft[] = "clap.configurable-audio-ports.draft1";
inline constexpr char kExtTransportControl[] = "clap.transport-control/1";
inline constexpr char kExtTransportControlDraft[] = "clap.transport-control.draft/0";
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

struct HostTail {
  void(CLAP_ABI* changed)(const clap_host_t*);  // [audio-thread]
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

struct PluginAudioPortsConfigInfo {
  clap_id(CLAP_ABI* current_config)(const clap_plugin_t*);  // [main-thread]
  bool(CLAP_ABI* get)(const clap_plugin_t*, clap_id config, uint32_t index, bool isInput,
                      clap_audio_port_info_t*);  // [main-thread]
};

struct AudioPortRequest {
  bool is_input;
  uint32_t port_index;
  uint32_t channel_count;
  const char* port_type;
  const void* port_details;
};

struct PluginConfigurableAudioPorts {
  bool(CLAP_ABI* can_apply_configuration)(const clap_plugin_t*, const AudioPortRequest*, uint32_t count);
  bool(CLAP_ABI* apply_configuration)(const clap_plugin_t*, const AudioPortRequest*, uint32_t count);
};  // both [main-thread, inactive]

// A host may ignore any of these. All [main-thread].
struct HostTransportControl {
  void(CLAP_ABI* request_start)(const clap_host_t*);
  void(CLAP_ABI* request_stop)(const clap_host_t*);
  void(CLAP_ABI* request_continue)(const clap_host_t*);
  void(CLAP_ABI* request_pause)(const clap_host_t*);
  void(CLAP_ABI* request_toggle_play)(const clap_host_t*);
  void(CLAP_ABI* request_jump)(const clap_host_t*, clap_beattime position);
  void(CLAP_ABI* request_loop_region)(const clap_host_t*, clap_beattime start, clap_beattime duration);
  void(CLAP_ABI* request_toggle_loop)(const clap_host_t*);
  void(CLAP_ABI* request_enable_loop)(const clap_host_t*, bool enabled);
  void(CLAP_ABI* request_record)(const clap_host_t*, bool recording);
  void(CLAP_ABI* request_toggle_record)(const clap_host_t*);
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
