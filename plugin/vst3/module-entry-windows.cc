// Windows calls InitDll and ExitDll, where they exist. A thread can not be joined while the loader
// unloads a DLL, so ExitDll matters.
#include "plugin/vst3/factory.h"
#include "plugin/vst3/latency-notifier.h"
#include "travesty/base.h"

#define EXPORTED extern "C" __declspec(dllexport)

EXPORTED bool InitDll() { return true; }
EXPORTED bool ExitDll() {
  jambridge::vst3::StopLatencyNotifier();
  return true;
}
EXPORTED void* V3_API GetPluginFactory() { return jambridge::vst3::GetFactory(); }
