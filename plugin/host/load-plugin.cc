#include "plugin/host/clap-instance.h"
#include "plugin/host/host-error.h"
#include "plugin/host/plugin-library.h"
#include "plugin/host/vst3-instance.h"

namespace jambridge::host {

std::unique_ptr<PluginInstance> LoadPlugin(const std::string& path) {
  auto library = std::make_unique<PluginLibrary>(path);
  // By what it exports, not by its name: then a bare shared object works as well.
  if (library->Symbol("clap_entry") != nullptr) return MakeClapInstance(std::move(library));
  if (library->Symbol("GetPluginFactory") != nullptr) return MakeVst3Instance(std::move(library));
  Fail(path + " is neither a CLAP nor a VST3 plugin: it exports no clap_entry and no GetPluginFactory");
}

}  // namespace jambridge::host
