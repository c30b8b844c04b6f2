// The native module: everything that bridge/index.ts gives the engine. Loaded once per thread that
// imports it; what it remembers, it remembers per thread.
#include <napi.h>

#include "bridge/addon/exports.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  jambridge::ExportLayout(env, exports);
  jambridge::ExportNetwork(env, exports);
  jambridge::ExportSegment(env, exports);
  jambridge::ExportSystem(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(jambridge, Init)
