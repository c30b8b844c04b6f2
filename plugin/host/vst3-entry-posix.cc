#include "plugin/host/vst3-entry.h"

namespace jambridge::host {

bool EnterVst3(const PluginLibrary& library) {
  const auto entry = reinterpret_cast<bool (*)(void*)>(library.Symbol("ModuleEntry"));
  return entry == nullptr || entry(library.handle());
}

void LeaveVst3(const PluginLibrary& library) {
  const auto leave = reinterpret_cast<bool (*)()>(library.Symbol("ModuleExit"));
  if (leave != nullptr) leave();
}

}  // namespace jambridge::host
