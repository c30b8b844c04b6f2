// A CLAP plugin as a PluginInstance.
#pragma once

#include <memory>

#include "plugin/host/plugin-instance.h"
#include "plugin/host/plugin-library.h"

namespace jambridge::host {

/** Takes a library that exports clap_entry; throws HostError. [main-thread] */
std::unique_ptr<PluginInstance> MakeClapInstance(std::unique_ptr<PluginLibrary> library);

}  // namespace jambridge::host
