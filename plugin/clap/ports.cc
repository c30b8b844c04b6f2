// One stereo pair in and out (mono by audio-ports-config), one MIDI port in and out.
#include <cstdio>

#include "plugin/clap/extensions.h"
#include "plugin/clap/plugin-instance.h"

namespace jambridge::clap {
namespace {

constexpr clap_id kInputId = 0;
constexpr clap_id kOutputId = 1;

template <size_t N>
void CopyName(char (&to)[N], const char* name) {
  std::snprintf(to, N, "%s", name);
}

const char* PortType(uint32_t channels) { return channels == 1 ? CLAP_PORT_MONO : CLAP_PORT_STEREO; }

uint32_t OnePort(const clap_plugin_t*, bool) { return 1; }

bool GetAudioPort(const clap_plugin_t* plugin, uint32_t index, bool isInput, clap_audio_port_info_t* info) {
  if (index != 0 || info == nullptr) return false;
  *info = {};
  info->id = isInput ? kInputId : kOutputId;
  info->in_place_pair = isInput ? kOutputId : kInputId;
  info->flags = CLAP_AUDIO_PORT_IS_MAIN;
  info->channel_count = PluginInstance::Of(plugin).channels();
  info->port_type = PortType(info->channel_count);
  CopyName(info->name, isInput ? "Input" : "Output");
  return true;
}

// A configuration's id is its channel count.
uint32_t CountConfigs(const clap_plugin_t*) { return 2; }

bool GetConfig(const clap_plugin_t*, uint32_t index, AudioPortsConfig* config) {
  if (index > 1 || config == nullptr) return false;
  const uint32_t channels = index == 0 ? 2 : 1;
  *config = {};
  config->id = channels;
  CopyName(config->name, channels == 2 ? "Stereo" : "Mono");
  config->input_port_count = config->output_port_count = 1;
  config->has_main_input = config->has_main_output = true;
  config->main_input_channel_count = config->main_output_channel_count = channels;
  config->main_input_port_type = config->main_output_port_type = PortType(channels);
  return true;
}

bool SelectConfig(const clap_plugin_t* plugin, uint32_t id) {
  return (id == 1 || id == 2) && PluginInstance::Of(plugin).SelectChannels(id);
}

bool GetNotePort(const clap_plugin_t*, uint32_t index, bool isInput, clap_note_port_info_t* info) {
  if (index != 0 || info == nullptr) return false;
  *info = {};
  info->id = isInput ? kInputId : kOutputId;
  info->supported_dialects = CLAP_NOTE_DIALECT_MIDI;
  if (isInput) info->supported_dialects |= CLAP_NOTE_DIALECT_CLAP;
  info->preferred_dialect = CLAP_NOTE_DIALECT_MIDI;
  CopyName(info->name, isInput ? "MIDI In" : "MIDI Out");
  return true;
}

}  // namespace

const clap_plugin_audio_ports_t kAudioPorts = {OnePort, GetAudioPort};
const PluginAudioPortsConfig kAudioPortsConfig = {CountConfigs, GetConfig, SelectConfig};
const clap_plugin_note_ports_t kNotePorts = {OnePort, GetNotePort};

}  // namespace jambridge::clap
