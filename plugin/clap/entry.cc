// The door of the .clap file: clap_entry, its factory, the one plugin's descriptor.
#include "clap/entry.h"

#include <cstring>
#include <new>

#include "clap/plugin-factory.h"
#include "plugin/clap/descriptor.h"
#include "plugin/clap/plugin-instance.h"
#include "plugin/shim/config.h"

namespace jambridge::clap {
namespace {

// The C struct is not const-correct; nobody writes through it.
const char* gFeatures[] = {CLAP_PLUGIN_FEATURE_AUDIO_EFFECT,
                           CLAP_PLUGIN_FEATURE_NOTE_EFFECT,
                           CLAP_PLUGIN_FEATURE_UTILITY,
                           CLAP_PLUGIN_FEATURE_STEREO,
                           CLAP_PLUGIN_FEATURE_MONO,
                           CLAP_PLUGIN_FEATURE_SURROUND,
                           nullptr};

uint32_t CountPlugins(const clap_plugin_factory_t*) { return 1; }

const clap_plugin_descriptor_t* GetDescriptor(const clap_plugin_factory_t*, uint32_t index) {
  return index == 0 ? &kDescriptor : nullptr;
}

// Hosts make instances only to look at them: this connects to nothing and starts no thread.
const clap_plugin_t* CreatePlugin(const clap_plugin_factory_t*, const clap_host_t* host, const char* id) {
  if (host == nullptr || id == nullptr || !clap_version_is_compatible(host->clap_version)) return nullptr;
  if (std::strcmp(id, PLUG_CLAP_ID) != 0) return nullptr;
  auto* instance = new (std::nothrow) PluginInstance(host);
  return instance == nullptr ? nullptr : instance->handle();
}

const clap_plugin_factory_t kFactory = {CountPlugins, GetDescriptor, CreatePlugin};

bool Init(const char*) { return true; }
void Deinit() {}
const void* GetFactory(const char* id) {
  return id != nullptr && std::strcmp(id, CLAP_PLUGIN_FACTORY_ID) == 0 ? &kFactory : nullptr;
}

}  // namespace

const clap_plugin_descriptor_t kDescriptor = {CLAP_VERSION,     PLUG_CLAP_ID, PLUG_NAME, PLUG_MFR,
                                              PLUG_URL,         "",           "",        PLUG_VERSION,
                                              PLUG_DESCRIPTION, gFeatures};

}  // namespace jambridge::clap

extern "C" {
CLAP_EXPORT extern const clap_plugin_entry_t clap_entry;
const clap_plugin_entry_t clap_entry = {CLAP_VERSION_INIT, jambridge::clap::Init, jambridge::clap::Deinit,
                                        jambridge::clap::GetFactory};
}
