// The plugin's parameters: one table that adapters, state, command line and documentation share.
// Ids are stable for ever: hosts store them in their projects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jambridge {

enum ParamId : uint32_t {
  kParamMode = 0,
  kParamChannel = 1,
  kParamLatencyMs = 2,
  kParamDry = 3,
  kParamWet = 4,
  kParamMidi = 5,
  kParamRedundancy = 6,
  kParamReportLatency = 7,
  kParamBypass = 8,
  kParamStatus = 9,
  kParamTimeline = 10,
  kParamOffline = 11,
  kParamFollowTransport = 12,
  kParamTake = 13,
  kParamCount = 14,
};

enum ParamFlags : uint32_t {
  kParamAutomatable = 1U << 0,
  kParamIsBypass = 1U << 1,
  kParamReadOnly = 1U << 2,
  kParamStepped = 1U << 3,  // whole numbers only
  kParamIsGain = 1U << 4,   // linear, shown in dB (the text carries the unit itself)
};

struct ParamDef {
  uint32_t id;
  const char* key;   // `--set key=value`, state files
  const char* name;  // shown by the host
  const char* unit;  // "" where the text says it all
  double min;
  double max;
  double def;
  uint32_t flags;
  std::span<const char* const> valueNames;  // for min, min + 1, ...; empty for plain numbers
};

/** All parameters, in order of id. [any-thread] */
std::span<const ParamDef> Params();

/** nullptr for an unknown id or key. [any-thread] */
const ParamDef* FindParam(uint32_t id);
const ParamDef* FindParamByKey(std::string_view key);

/** Into range, whole where stepped; a NaN becomes the default. Unknown id: 0. [any-thread] */
double ClampParam(uint32_t id, double plain);

/** The plain value as hosts that only know 0..1 see it, and back. [any-thread] */
double NormalizeParam(uint32_t id, double plain);
double DenormalizeParam(uint32_t id, double normalized);

/** "send+receive", "12.0" (or "12.0 ms" with unit), "-6.0 dB", "off". Locale-free. [main-thread] */
std::string ParamToText(uint32_t id, double plain, bool withUnit = true);

/**
 * The reverse: value names (any case), numbers, numbers with the unit; gains as linear numbers or,
 * with "dB" behind, in decibels. Nothing for what can't be read or is out of range. [main-thread]
 */
std::optional<double> TextToParam(uint32_t id, std::string_view text);

}  // namespace jambridge
