// Windows: both are optional.
#include "plugin/host/vst3-entry.h"

namespace jambridge::host {

bool EnterVst3(const PluginLibrary& library) {
  const auto entry = reinterpret_cast<bool (*)()>(library.Symbol("InitDll"));
  return entry == nullptr || entry();
}

void LeaveVst3(const PluginLibrary& library) {
  const auto leave = reinterpret_cast<bool (*)()>(library.Symbol("ExitDll"));
  if (leave != nullptr) leave();
}

}  // namespace jambridge::host
