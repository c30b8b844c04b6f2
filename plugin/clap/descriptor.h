// What the plugin is called, for the factory and for every instance.
#pragma once

#include "clap/plugin.h"

namespace jambridge::clap {

extern const clap_plugin_descriptor_t kDescriptor;  // entry.cc

}  // namespace jambridge::clap
