// The door of the file, and what a scanning host sees. argv[1]: JamBridge.clap
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "clap/ext/audio-ports.h"
#include "clap/ext/note-ports.h"
#include "clap/ext/state.h"
#include "plugin/clap/abi-additions.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void DescribesItself(const ClapModule& module) {
  const clap_plugin_factory_t* factory = module.factory();
  CHECK(factory != nullptr);
  CHECK(factory->get_plugin_count(factory) == 1);
  CHECK(factory->get_plugin_descriptor(factory, 1) == nullptr);
  const clap_plugin_descriptor_t* descriptor = factory->get_plugin_descriptor(factory, 0);
  CHECK(descriptor != nullptr && std::string(descriptor->id) == kClapId);
  CHECK(std::string(descriptor->name) == "JamBridge" && std::strlen(descriptor->version) > 0);
  bool effect = false;
  for (const char** feature = descriptor->features; *feature != nullptr; ++feature) {
    effect = effect || std::strcmp(*feature, CLAP_PLUGIN_FEATURE_AUDIO_EFFECT) == 0;
  }
  CHECK(effect);
  CHECK(module.entry()->get_factory("clap.no-such-factory") == nullptr);
}

void RefusesStrangers(const ClapModule& module) {
  const clap_plugin_factory_t* factory = module.factory();
  ClapHost host;
  CHECK(factory->create_plugin(factory, &host.host, "org.jambridge.other") == nullptr);
  CHECK(factory->create_plugin(factory, &host.host, "") == nullptr);
  CHECK(factory->create_plugin(factory, &host.host, nullptr) == nullptr);
  CHECK(factory->create_plugin(factory, nullptr, kClapId) == nullptr);
  host.host.clap_version = {0, 26, 0};
  CHECK(factory->create_plugin(factory, &host.host, kClapId) == nullptr);
}

void HasItsPorts(ClapInstance& instance) {
  const clap_plugin_t* plugin = instance.plugin;
  const auto* audio = instance.Extension<clap_plugin_audio_ports_t>(CLAP_EXT_AUDIO_PORTS);
  const auto* notes = instance.Extension<clap_plugin_note_ports_t>(CLAP_EXT_NOTE_PORTS);
  CHECK(audio != nullptr && notes != nullptr);
  for (const bool isInput : {true, false}) {
    CHECK(audio->count(plugin, isInput) == 1 && notes->count(plugin, isInput) == 1);
    clap_audio_port_info_t port{};
    CHECK(audio->get(plugin, 0, isInput, &port) && !audio->get(plugin, 1, isInput, &port));
    CHECK(port.channel_count == 2 && std::string(port.port_type) == CLAP_PORT_STEREO);
    CHECK((port.flags & CLAP_AUDIO_PORT_IS_MAIN) != 0 && port.in_place_pair != port.id);
    clap_note_port_info_t note{};
    CHECK(notes->get(plugin, 0, isInput, &note) && !notes->get(plugin, 1, isInput, &note));
    CHECK((note.supported_dialects & CLAP_NOTE_DIALECT_MIDI) != 0);
    CHECK(((note.supported_dialects & CLAP_NOTE_DIALECT_CLAP) != 0) == isInput);
  }
}

// Each configuration is what its description says, and what the ports say once it is chosen.
void OffersLayouts(ClapInstance& instance) {
  const clap_plugin_t* plugin = instance.plugin;
  const auto* configs = instance.Extension<clap::PluginAudioPortsConfig>(clap::kExtAudioPortsConfig);
  const auto* infos = instance.Extension<clap::PluginAudioPortsConfigInfo>(clap::kExtAudioPortsConfigInfo);
  const auto* audio = instance.Extension<clap_plugin_audio_ports_t>(CLAP_EXT_AUDIO_PORTS);
  CHECK(configs != nullptr && infos != nullptr && infos->current_config(plugin) == 2);
  std::set<clap_id> ids;
  std::set<std::string> names;
  clap::AudioPortsConfig config{};
  for (uint32_t i = 0; i < configs->count(plugin); ++i) {
    CHECK(configs->get(plugin, i, &config) && configs->select(plugin, config.id));
    CHECK(ids.insert(config.id).second && names.insert(config.name).second);
    CHECK(infos->current_config(plugin) == config.id);
    for (const bool isInput : {true, false}) {
      const uint32_t channels = isInput ? config.main_input_channel_count : config.main_output_channel_count;
      CHECK(audio->count(plugin, isInput) == (channels > 0 ? 1 : 0));
      CHECK((isInput ? config.input_port_count : config.output_port_count) == (channels > 0 ? 1 : 0));
      clap_audio_port_info_t port{};
      clap_audio_port_info_t same{};
      CHECK(audio->get(plugin, 0, isInput, &port) == (channels > 0));
      CHECK(infos->get(plugin, config.id, 0, isInput, &same) == (channels > 0));
      CHECK(port.channel_count == channels && same.channel_count == channels);
      if (channels != 1 && channels != 2) continue;
      CHECK(std::string(port.port_type) == (channels == 1 ? CLAP_PORT_MONO : CLAP_PORT_STEREO));
    }
  }
  CHECK(ids.count(1) == 1 && ids.count(16) == 1);  // up to 16, the id is the number of channels
  CHECK(!configs->get(plugin, configs->count(plugin), &config) && !configs->select(plugin, 77));
  CHECK(configs->select(plugin, 1) && instance.Activate() &&
        !configs->select(plugin, 2));  // not while active
  instance.Deactivate();
}

// Or the host says what it wants. All of it is done, or none.
void TakesOrders(ClapInstance& instance) {
  const clap_plugin_t* plugin = instance.plugin;
  const auto* ports =
      instance.Extension<clap::PluginConfigurableAudioPorts>(clap::kExtConfigurableAudioPorts);
  const auto* infos = instance.Extension<clap::PluginAudioPortsConfigInfo>(clap::kExtAudioPortsConfigInfo);
  using Requests = std::vector<clap::AudioPortRequest>;
  const auto apply = [&](const Requests& requests) {
    const auto count = static_cast<uint32_t>(requests.size());
    const bool can = ports->can_apply_configuration(plugin, requests.data(), count);
    CHECK(ports->apply_configuration(plugin, requests.data(), count) == can);
    return can;
  };
  CHECK(apply({{true, 0, 2, CLAP_PORT_STEREO, nullptr}, {false, 0, 2, CLAP_PORT_STEREO, nullptr}}));
  CHECK(infos->current_config(plugin) == 2);
  CHECK(!apply({{false, 0, 6, nullptr, nullptr}}));  // stereo in, six out
  CHECK(infos->current_config(plugin) == 2);
  CHECK(apply({{true, 0, 6, nullptr, nullptr}, {false, 0, 6, nullptr, nullptr}}));
  CHECK(infos->current_config(plugin) == 6);
  CHECK(apply({{true, 0, 1, CLAP_PORT_MONO, nullptr}}));  // mono in, six out: not in the list
  CHECK(infos->current_config(plugin) == 64);
  clap_audio_port_info_t port{};
  CHECK(infos->get(plugin, 64, 0, false, &port) && port.channel_count == 6 &&
        port.in_place_pair == CLAP_INVALID_ID);
  CHECK(!apply({{true, 1, 1, nullptr, nullptr}}) && !apply({{true, 0, 2, CLAP_PORT_MONO, nullptr}}));
  CHECK(!apply({{true, 0, 6, "surround", nullptr}}) && !apply({}));
  CHECK(!apply({{true, 0, 17, nullptr, nullptr}, {false, 0, 17, nullptr, nullptr}}));
  CHECK(!ports->can_apply_configuration(plugin, nullptr, 1) &&
        !ports->apply_configuration(plugin, nullptr, 1));
  CHECK(instance.Activate() && !apply({{true, 0, 6, nullptr, nullptr}}));  // not while active
  instance.Deactivate();
}

void SaysItIsLive(ClapInstance& instance) {
  const auto* render = instance.Extension<clap::PluginRender>(clap::kExtRender);
  CHECK(render != nullptr && render->has_hard_realtime_requirement(instance.plugin));
  CHECK(render->set(instance.plugin, clap::kRenderOffline) && !render->set(instance.plugin, 7));
  const auto* tail = instance.Extension<clap::PluginTail>(clap::kExtTail);
  CHECK(tail != nullptr);
  CHECK(tail->get(instance.plugin) == UINT32_MAX);  // by default it receives: sound without end
  CHECK(instance.Extension<void>("clap.gui") == nullptr &&
        instance.Extension<void>("clap.foreign") == nullptr);
}

void BearsPoorHosts(const ClapModule& module) {
  ClapHost poor;
  poor.hasExtensions = false;
  poor.host.request_callback = nullptr;
  poor.host.request_restart = nullptr;
  ClapInstance instance(module, poor);
  CHECK(instance.plugin != nullptr && instance.Activate());
  Planar buffers(2, 256);
  instance.in.Param(0, 7, 1);  // report latency: nobody to tell
  CHECK(instance.Process(buffers, buffers, 256) == CLAP_PROCESS_CONTINUE);
  instance.plugin->on_main_thread(instance.plugin);
  ClapHost bare;
  bare.host.get_extension = nullptr;
  ClapInstance other(module, bare);
  CHECK(other.plugin != nullptr && other.Activate());
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const size_t threadsBefore = CountThreads();
  const ClapModule module(argv[1]);
  DescribesItself(module);
  RefusesStrangers(module);
  ClapHost host;
  {
    ClapInstance instance(module, host);
    CHECK(instance.plugin != nullptr);
    HasItsPorts(instance);
    SaysItIsLive(instance);
    CHECK(CountThreads() == threadsBefore);  // a scan starts no thread
    OffersLayouts(instance);
    TakesOrders(instance);
  }
  BearsPoorHosts(module);
  return 0;
}
