// What the module's entry functions hand out.
#pragma once

namespace jambridge::vst3 {

/// The factory, as the host's IPluginFactory. [main-thread]
void* GetFactory();

}  // namespace jambridge::vst3
