// The extension tables of the CLAP plugin, one file each.
#pragma once

#include "clap/ext/audio-ports.h"
#include "clap/ext/latency.h"
#include "clap/ext/note-ports.h"
#include "clap/ext/params.h"
#include "clap/ext/state.h"
#include "plugin/clap/abi-additions.h"

namespace jambridge::clap {

extern const clap_plugin_audio_ports_t kAudioPorts;                 // ports.cc
extern const PluginAudioPortsConfig kAudioPortsConfig;              // ports.cc
extern const PluginAudioPortsConfigInfo kAudioPortsConfigInfo;      // ports.cc
extern const PluginConfigurableAudioPorts kConfigurableAudioPorts;  // ports.cc
extern const clap_plugin_note_ports_t kNotePorts;                   // ports.cc
extern const clap_plugin_params_t kParams;                          // parameters.cc
extern const clap_plugin_state_t kState;                            // state.cc
extern const clap_plugin_latency_t kLatency;                        // timing.cc
extern const PluginRender kRender;                                  // timing.cc
extern const PluginTail kTail;                                      // timing.cc
extern const PluginTrackInfo kTrackInfo;                            // plugin-instance.cc

/// The table of an extension, or null. [thread-safe]
const void* FindExtension(const char* id);  // plugin-instance.cc

}  // namespace jambridge::clap
