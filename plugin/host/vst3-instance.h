// A VST3 plugin as a PluginInstance.
#pragma once

#include <memory>

#include "plugin/host/plugin-instance.h"
#include "plugin/host/plugin-library.h"

namespace jambridge::host {

/** Takes a library that exports GetPluginFactory; throws HostError. [main-thread] */
std::unique_ptr<PluginInstance> MakeVst3Instance(std::unique_ptr<PluginLibrary> library);

}  // namespace jambridge::host
