// One MIDI port in and out; one audio port in and out, of up to 16 channels, or none: as the host chooses
// from a list (audio-ports-config) or asks for (configurable-audio-ports).
#include <array>
#include <cstdio>
#include <cstring>
#include <string>

#include "plugin/clap/extensions.h"
#include "plugin/clap/plugin-instance.h"

namespace jambridge::clap {
namespace {

constexpr clap_id kInputId = 0;
constexpr clap_id kOutputId = 1;

// Ids are stored in projects. Up to 16 they are the number of channels on both sides.
constexpr std::array<Layout, 20> kLayouts = {{
    {2, 2, 2},    {1, 1, 1},    {3, 3, 3},    {4, 4, 4},    {5, 5, 5},    {6, 6, 6},    {7, 7, 7},
    {8, 8, 8},    {9, 9, 9},    {10, 10, 10}, {11, 11, 11}, {12, 12, 12}, {13, 13, 13}, {14, 14, 14},
    {15, 15, 15}, {16, 16, 16}, {32, 1, 2},   {33, 0, 1},   {34, 0, 2},   {35, 0, 0},
}};
constexpr clap_id kOtherLayout = 64;  // one that was asked for, and is not in the list

template <size_t N>
void CopyText(char (&to)[N], const std::string& text) {
  std::snprintf(to, N, "%s", text.c_str());
}

const char* PortType(uint32_t channels) {
  return channels == 1 ? CLAP_PORT_MONO : channels == 2 ? CLAP_PORT_STEREO : nullptr;
}

std::string ChannelsText(uint32_t channels) {
  if (channels == 1) return "Mono";
  return channels == 2 ? "Stereo" : std::to_string(channels) + " channels";
}

std::string NameOf(const Layout& layout) {
  if (layout.channelsOut == 0) return "MIDI only";
  if (layout.channelsIn == 0) return ChannelsText(layout.channelsOut) + ", no input";
  if (layout.channelsIn == layout.channelsOut) return ChannelsText(layout.channelsOut);
  return ChannelsText(layout.channelsIn) + " to " + ChannelsText(layout.channelsOut);
}

const Layout* FindLayout(clap_id id) {
  for (const Layout& layout : kLayouts) {
    if (layout.id == id) return &layout;
  }
  return nullptr;
}

bool DescribePort(const Layout& layout, uint32_t index, bool isInput, clap_audio_port_info_t* info) {
  const uint32_t channels = isInput ? layout.channelsIn : layout.channelsOut;
  if (index != 0 || channels == 0 || info == nullptr) return false;
  *info = {};
  info->id = isInput ? kInputId : kOutputId;
  info->in_place_pair = CLAP_INVALID_ID;
  if (layout.channelsIn == layout.channelsOut) info->in_place_pair = isInput ? kOutputId : kInputId;
  info->flags = CLAP_AUDIO_PORT_IS_MAIN;
  info->channel_count = channels;
  info->port_type = PortType(channels);
  CopyText(info->name, isInput ? "Input" : "Output");
  return true;
}

uint32_t CountAudioPorts(const clap_plugin_t* plugin, bool isInput) {
  const Layout& layout = PluginInstance::Of(plugin).layout();
  return (isInput ? layout.channelsIn : layout.channelsOut) > 0 ? 1 : 0;
}

bool GetAudioPort(const clap_plugin_t* plugin, uint32_t index, bool isInput, clap_audio_port_info_t* info) {
  return DescribePort(PluginInstance::Of(plugin).layout(), index, isInput, info);
}

uint32_t CountConfigs(const clap_plugin_t*) { return static_cast<uint32_t>(kLayouts.size()); }

bool GetConfig(const clap_plugin_t*, uint32_t index, AudioPortsConfig* config) {
  if (index >= kLayouts.size() || config == nullptr) return false;
  const Layout& layout = kLayouts[index];
  *config = {};
  config->id = layout.id;
  CopyText(config->name, NameOf(layout));
  config->has_main_input = layout.channelsIn > 0;
  config->has_main_output = layout.channelsOut > 0;
  config->input_port_count = config->has_main_input ? 1 : 0;
  config->output_port_count = config->has_main_output ? 1 : 0;
  config->main_input_channel_count = layout.channelsIn;
  config->main_output_channel_count = layout.channelsOut;
  config->main_input_port_type = PortType(layout.channelsIn);
  config->main_output_port_type = PortType(layout.channelsOut);
  return true;
}

bool SelectConfig(const clap_plugin_t* plugin, uint32_t id) {
  const Layout* layout = FindLayout(id);
  return layout != nullptr && PluginInstance::Of(plugin).SelectLayout(*layout);
}

clap_id CurrentConfig(const clap_plugin_t* plugin) { return PluginInstance::Of(plugin).layout().id; }

bool GetPortOfConfig(const clap_plugin_t* plugin, clap_id id, uint32_t index, bool isInput,
                     clap_audio_port_info_t* info) {
  const Layout& current = PluginInstance::Of(plugin).layout();
  const Layout* layout = id == current.id ? &current : FindLayout(id);
  return layout != nullptr && DescribePort(*layout, index, isInput, info);
}

/// A type that says no more than the number of channels, or none.
bool TypeFits(const char* type, uint32_t channels) {
  if (type == nullptr) return true;
  const char* known = PortType(channels);
  return known != nullptr && std::strcmp(type, known) == 0;
}

/// What the requests make of the present layout; false: it can't be.
bool Requested(const clap_plugin_t* plugin, const AudioPortRequest* requests, uint32_t count,
               Layout& layout) {
  layout = PluginInstance::Of(plugin).layout();
  for (uint32_t i = 0; i < count; ++i) {
    const AudioPortRequest& request = requests[i];
    if (request.port_index != 0 || !TypeFits(request.port_type, request.channel_count)) return false;
    (request.is_input ? layout.channelsIn : layout.channelsOut) = request.channel_count;
  }
  layout.id = kOtherLayout;
  for (const Layout& known : kLayouts) {
    if (known.channelsIn == layout.channelsIn && known.channelsOut == layout.channelsOut)
      layout.id = known.id;
  }
  return ChannelsFit(layout.channelsIn, layout.channelsOut);
}

bool CanApply(const clap_plugin_t* plugin, const AudioPortRequest* requests, uint32_t count) {
  Layout layout{};
  return requests != nullptr && count > 0 && !PluginInstance::Of(plugin).active() &&
         Requested(plugin, requests, count, layout);
}

bool Apply(const clap_plugin_t* plugin, const AudioPortRequest* requests, uint32_t count) {
  Layout layout{};
  return requests != nullptr && count > 0 && Requested(plugin, requests, count, layout) &&
         PluginInstance::Of(plugin).SelectLayout(layout);
}

uint32_t CountNotePorts(const clap_plugin_t*, bool) { return 1; }

// MIDI goes over the network as it is, MPE too; what is said in CLAP's own notes is said in MIDI first.
bool GetNotePort(const clap_plugin_t*, uint32_t index, bool isInput, clap_note_port_info_t* info) {
  if (index != 0 || info == nullptr) return false;
  *info = {};
  info->id = isInput ? kInputId : kOutputId;
  info->supported_dialects = CLAP_NOTE_DIALECT_MIDI | CLAP_NOTE_DIALECT_MIDI_MPE;
  if (isInput) info->supported_dialects |= CLAP_NOTE_DIALECT_CLAP;
  info->preferred_dialect = CLAP_NOTE_DIALECT_MIDI;
  CopyText(info->name, isInput ? "MIDI In" : "MIDI Out");
  return true;
}

}  // namespace

const clap_plugin_audio_ports_t kAudioPorts = {CountAudioPorts, GetAudioPort};
const PluginAudioPortsConfig kAudioPortsConfig = {CountConfigs, GetConfig, SelectConfig};
const PluginAudioPortsConfigInfo kAudioPortsConfigInfo = {CurrentConfig, GetPortOfConfig};
const PluginConfigurableAudioPorts kConfigurableAudioPorts = {CanApply, Apply};
const clap_plugin_note_ports_t kNotePorts = {CountNotePorts, GetNotePort};

}  // namespace jambridge::clap
