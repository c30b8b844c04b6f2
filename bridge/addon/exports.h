// What each file of the addon adds to the module's exports. Called once per thread that loads it.
#pragma once

#include <napi.h>

namespace jambridge {

void ExportLayout(Napi::Env env, Napi::Object exports);
void ExportNetwork(Napi::Env env, Napi::Object exports);
void ExportSegment(Napi::Env env, Napi::Object exports);
void ExportSystem(Napi::Env env, Napi::Object exports);

}  // namespace jambridge
