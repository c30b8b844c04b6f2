// The command line of jambridge-host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin/host/block-sizes.h"
#include "plugin/host/sample-format.h"

namespace jambridge::host {

inline constexpr uint32_t kBlockFramesLimit = 8192;
inline constexpr uint32_t kHostChannelsMax = 16;
inline constexpr uint32_t kRandomBlockFramesMax = 4096;  // where random:SEED names no maximum

struct ParameterSetting {
  double seconds;  // 0: before the start
  std::string key;
  std::string text;
};

struct Options {
  std::string plugin;
  std::string in;
  std::string out;
  std::string midiIn;
  std::string midiOut;
  std::string state;
  std::string saveState;
  std::string segment;
  std::optional<double> seconds;
  std::optional<uint32_t> rate;
  std::optional<uint32_t> channels;  // in and out; otherwise the plugin's own idea
  std::optional<int64_t> startAtUs;
  BlockSizes blocks = BlockSizes::Fixed(256);
  bool randomMaxGiven = false;
  uint32_t blockFramesMax = 0;  // what the plugin is activated with
  SampleFormat outFormat = SampleFormat::kFloat32;
  std::vector<ParameterSetting> settings;
  bool offline = false;
  bool inPlace = false;
  bool json = false;
  bool progress = false;
  bool listParameters = false;
  bool help = false;
  bool version = false;
};

/** Throws HostError with exit code 2 and what is wrong. `arguments` without the program's name. [main-thread]
 */
Options ParseOptions(const std::vector<std::string>& arguments);

/** What --help prints. */
const char* UsageText();

}  // namespace jambridge::host
