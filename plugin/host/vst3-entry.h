// How a VST3 module is entered and left: where the systems differ.
#pragma once

#include "plugin/host/plugin-library.h"

namespace jambridge::host {

/** False: the module refuses to start. [main-thread] */
bool EnterVst3(const PluginLibrary& library);
/** Before it is unloaded. [main-thread] */
void LeaveVst3(const PluginLibrary& library);

}  // namespace jambridge::host
