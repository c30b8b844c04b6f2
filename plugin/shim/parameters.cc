#include "plugin/shim/parameters.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "plugin/shim/number-text.h"
#include "plugin/shim/take.h"

namespace jambridge {
namespace {

constexpr std::array<const char*, 4> kModeNames = {"send", "receive", "send+receive", "bypass"};
constexpr std::array<const char*, 2> kSwitchNames = {"off", "on"};
constexpr std::array<const char*, 4> kRedundancyNames = {"none", "burst", "jellie", "fec"};
constexpr std::array<const char*, 5> kStatusNames = {"no engine", "no peers", "connected", "receiving",
                                                     "refused"};

constexpr std::array<const char*, 2> kOfflineNames = {"silence", "take"};

constexpr uint32_t kChoice = kParamAutomatable | kParamStepped;
constexpr uint32_t kGain = kParamAutomatable | kParamIsGain;

constexpr std::array<ParamDef, kParamCount> kParams = {{
    {kParamMode, "mode", "Mode", "", 0, 3, 2, kChoice, kModeNames},
    {kParamChannel, "channel", "Channel", "", 1, 64, 1, kChoice, {}},
    {kParamLatencyMs, "latency", "Receive latency", "ms", 1, 500, 12, kParamAutomatable, {}},
    {kParamDry, "dry", "Dry level", "", 0, 2, 1, kGain, {}},
    {kParamWet, "wet", "Wet level", "", 0, 2, 1, kGain, {}},
    {kParamMidi, "midi", "MIDI", "", 0, 1, 1, kChoice, kSwitchNames},
    {kParamRedundancy, "redundancy", "Redundancy", "", 0, 3, 3, kChoice, kRedundancyNames},
    {kParamReportLatency, "report-latency", "Report latency", "", 0, 1, 0, kParamStepped, kSwitchNames},
    {kParamBypass, "bypass", "Bypass", "", 0, 1, 0, kChoice | kParamIsBypass, kSwitchNames},
    {kParamStatus, "status", "Status", "", 0, 4, 0, kParamStepped | kParamReadOnly, kStatusNames},
    {kParamTimeline, "timeline", "Timeline lock", "", 0, 1, 0, kChoice, kSwitchNames},
    {kParamOffline, "offline", "Offline", "", 0, 1, 0, kParamStepped, kOfflineNames},
    {kParamFollowTransport, "follow-transport", "Follow transport", "", 0, 1, 0, kParamStepped, kSwitchNames},
    {kParamTake, "take", "Take", "s", 0, kTakeSecondsMax, 0, kParamReadOnly, {}},
}};

constexpr bool IdsAreIndexes() {
  for (uint32_t i = 0; i < kParamCount; i++) {
    if (kParams[i].id != i) return false;
  }
  return true;
}
static_assert(IdsAreIndexes());

std::string GainToText(double gain) {
  if (gain < 1e-5) return "-inf dB";
  const std::string text = FormatFixed(20 * std::log10(gain), 2);
  return (text == "-0.00" ? "0.00" : text) + " dB";
}

std::optional<double> TextToGain(std::string_view text) {
  const bool inDb = text.size() >= 2 && EqualsIgnoringCase(text.substr(text.size() - 2), "dB");
  if (!inDb) return ParseNumber(text);
  text = TrimBlanks(text.substr(0, text.size() - 2));
  if (EqualsIgnoringCase(text, "-inf")) return 0;
  const std::optional<double> decibels = ParseNumber(text);
  if (!decibels) return std::nullopt;
  const double gain = std::pow(10, *decibels / 20);
  // "6.02 dB", as shown for the maximum of 2, is 2.0001.
  return std::abs(gain - 2) < 0.002 ? 2 : gain;
}

}  // namespace

std::span<const ParamDef> Params() { return kParams; }

const ParamDef* FindParam(uint32_t id) { return id < kParamCount ? &kParams[id] : nullptr; }

const ParamDef* FindParamByKey(std::string_view key) {
  const auto found =
      std::find_if(kParams.begin(), kParams.end(), [&](const ParamDef& def) { return key == def.key; });
  return found == kParams.end() ? nullptr : &*found;
}

double ClampParam(uint32_t id, double plain) {
  const ParamDef* def = FindParam(id);
  if (def == nullptr) return 0;
  if (std::isnan(plain)) return def->def;
  const double inRange = std::clamp(plain, def->min, def->max);
  return (def->flags & kParamStepped) != 0 ? std::round(inRange) : inRange;
}

double NormalizeParam(uint32_t id, double plain) {
  const ParamDef* def = FindParam(id);
  return def == nullptr ? 0 : (ClampParam(id, plain) - def->min) / (def->max - def->min);
}

double DenormalizeParam(uint32_t id, double normalized) {
  const ParamDef* def = FindParam(id);
  return def == nullptr ? 0 : ClampParam(id, def->min + normalized * (def->max - def->min));
}

std::string ParamToText(uint32_t id, double plain, bool withUnit) {
  const ParamDef* def = FindParam(id);
  if (def == nullptr) return {};
  plain = ClampParam(id, plain);
  if (!def->valueNames.empty()) return def->valueNames[static_cast<size_t>(plain - def->min)];
  if ((def->flags & kParamIsGain) != 0) return GainToText(plain);
  std::string text = FormatFixed(plain, (def->flags & kParamStepped) != 0 ? 0 : 1);
  if (withUnit && def->unit[0] != '\0') text.append(" ").append(def->unit);
  return text;
}

std::optional<double> TextToParam(uint32_t id, std::string_view text) {
  const ParamDef* def = FindParam(id);
  if (def == nullptr) return std::nullopt;
  text = TrimBlanks(text);
  for (size_t i = 0; i < def->valueNames.size(); i++) {
    if (EqualsIgnoringCase(text, def->valueNames[i])) return def->min + static_cast<double>(i);
  }
  const std::string_view unit = def->unit;
  if (!unit.empty() && text.size() > unit.size() &&
      EqualsIgnoringCase(text.substr(text.size() - unit.size()), unit)) {
    text.remove_suffix(unit.size());
  }
  const std::optional<double> value = (def->flags & kParamIsGain) != 0 ? TextToGain(text) : ParseNumber(text);
  if (!value || *value < def->min || *value > def->max) return std::nullopt;
  return ClampParam(id, *value);
}

}  // namespace jambridge
