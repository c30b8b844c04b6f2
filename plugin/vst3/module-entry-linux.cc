// Linux calls ModuleEntry after dlopen and ModuleExit before dlclose.
#include "plugin/vst3/factory.h"
#include "plugin/vst3/latency-notifier.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED bool ModuleEntry(void*) { return true; }
EXPORTED bool ModuleExit() {
  jambridge::vst3::StopLatencyNotifier();
  return true;
}
EXPORTED void* GetPluginFactory() { return jambridge::vst3::GetFactory(); }
