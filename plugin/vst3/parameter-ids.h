// The parameters of the VST3 plugin beside the shim's own (ids 0..9) and the MIDI controllers.
#pragma once

#include <cstdint>

#include "travesty/base.h"

namespace jambridge::vst3 {

/// A hidden output parameter that moves whenever the latency asks for a restart: the host hands it
/// to the controller on its UI thread, which is where VST3 wants restartComponent to be called.
inline constexpr v3_param_id kLatencyReportId = 0x10000;

/// Any value but the one before. [any-thread]
constexpr double LatencyReportValue(uint32_t changes) { return (changes & 0xFF) / 255.0; }

}  // namespace jambridge::vst3
