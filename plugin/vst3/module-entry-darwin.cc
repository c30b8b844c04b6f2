// macOS calls bundleEntry and bundleExit around a CFBundle.
#include "plugin/vst3/factory.h"
#include "plugin/vst3/latency-notifier.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED bool bundleEntry(void*) { return true; }
EXPORTED bool bundleExit() {
  jambridge::vst3::StopLatencyNotifier();
  return true;
}
EXPORTED void* GetPluginFactory() { return jambridge::vst3::GetFactory(); }
