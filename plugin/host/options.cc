#include "plugin/host/options.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <map>

#include "plugin/host/host-error.h"

namespace jambridge::host {

namespace {

constexpr double kSecondsLimit = 7 * 24 * 3600.0;
constexpr size_t kSegmentNameMax = 16;  // with prefix and user id it must fit into 31 bytes

/** All of `text` as a number in [min, max]. */
template <typename Number>
Number ParseNumber(const std::string& option, const std::string& text, Number min, Number max) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !(value >= min && value <= max)) {
    const auto show = [](Number number) {
      char digits[64];
      return std::string(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    };
    WrongUse(option + " wants a number from " + show(min) + " to " + show(max) + ", not '" + text + "'");
  }
  return value;
}

void ParseBlocks(Options& options, const std::string& text) {
  const std::string prefix = "random:";
  if (text.rfind(prefix, 0) != 0) {
    options.blocks = BlockSizes::Fixed(ParseNumber<uint32_t>("--block", text, 1, kBlockFramesLimit));
    return;
  }
  const std::string rest = text.substr(prefix.size());
  const size_t colon = rest.find(':');
  const auto seed = ParseNumber<uint64_t>("--block random:SEED", rest.substr(0, colon), 0, UINT64_MAX);
  uint32_t framesMax = kRandomBlockFramesMax;
  options.randomMaxGiven = colon != std::string::npos;
  if (options.randomMaxGiven) {
    framesMax =
        ParseNumber<uint32_t>("--block random:SEED:MAX", rest.substr(colon + 1), 1, kBlockFramesLimit);
  }
  options.blocks = BlockSizes::Random(seed, framesMax);
}

SampleFormat ParseBits(const std::string& text) {
  if (text == "16") return SampleFormat::kPcm16;
  if (text == "24") return SampleFormat::kPcm24;
  if (text == "32f") return SampleFormat::kFloat32;
  WrongUse("--bits wants 16, 24 or 32f, not '" + text + "'");
}

ParameterSetting ParseSetting(const std::string& option, double seconds, const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) WrongUse(option + " wants KEY=VALUE, not '" + text + "'");
  return {seconds, text.substr(0, equals), text.substr(equals + 1)};
}

ParameterSetting ParseTimedSetting(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) WrongUse("--set-at wants SECONDS:KEY=VALUE, not '" + text + "'");
  const double seconds = ParseNumber<double>("--set-at", text.substr(0, colon), 0, kSecondsLimit);
  return ParseSetting("--set-at", seconds, text.substr(colon + 1));
}

std::string ParseSegment(const std::string& text) {
  bool good = !text.empty() && text.size() <= kSegmentNameMax;
  for (const char c : text) {
    good = good && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
                    c == '_' || c == '-');
  }
  if (!good) WrongUse("--segment wants 1 to 16 letters, digits, '.', '_' or '-', not '" + text + "'");
  return text;
}

std::string NotEmpty(const std::string& option, const std::string& text) {
  if (text.empty()) WrongUse(option + " wants a path");
  return text;
}

using Setter = std::function<void(Options&, const std::string&)>;

Setter PathTo(const char* option, std::string Options::*field) {
  return [option, field](Options& o, const std::string& v) { o.*field = NotEmpty(option, v); };
}

const std::map<std::string, Setter>& ValueOptions() {
  static const std::map<std::string, Setter> kOptions = {
      {"--plugin", PathTo("--plugin", &Options::plugin)},
      {"--in", PathTo("--in", &Options::in)},
      {"--out", PathTo("--out", &Options::out)},
      {"--midi-in", PathTo("--midi-in", &Options::midiIn)},
      {"--midi-out", PathTo("--midi-out", &Options::midiOut)},
      {"--state", PathTo("--state", &Options::state)},
      {"--save-state", PathTo("--save-state", &Options::saveState)},
      {"--segment", [](Options& o, const std::string& v) { o.segment = ParseSegment(v); }},
      {"--seconds",
       [](Options& o, const std::string& v) {
         o.seconds = ParseNumber<double>("--seconds", v, 0, kSecondsLimit);
       }},
      {"--rate",
       [](Options& o, const std::string& v) { o.rate = ParseNumber<uint32_t>("--rate", v, 1000, 768000); }},
      {"--channels",
       [](Options& o, const std::string& v) {
         o.channels = ParseNumber<uint32_t>("--channels", v, 0, kHostChannelsMax);
       }},
      {"--block", [](Options& o, const std::string& v) { ParseBlocks(o, v); }},
      {"--max-block",
       [](Options& o, const std::string& v) {
         o.blockFramesMax = ParseNumber<uint32_t>("--max-block", v, 1, kBlockFramesLimit);
       }},
      {"--start-at-us",
       [](Options& o, const std::string& v) {
         o.startAtUs = ParseNumber<int64_t>("--start-at-us", v, 1, INT64_MAX / 1000);
       }},
      {"--bits", [](Options& o, const std::string& v) { o.outFormat = ParseBits(v); }},
      {"--set", [](Options& o, const std::string& v) { o.settings.push_back(ParseSetting("--set", 0, v)); }},
      {"--set-at", [](Options& o, const std::string& v) { o.settings.push_back(ParseTimedSetting(v)); }},
  };
  return kOptions;
}

const std::map<std::string, Setter>& Switches() {
  static const std::map<std::string, Setter> kSwitches = {
      {"--offline", [](Options& o, const std::string&) { o.offline = true; }},
      {"--in-place", [](Options& o, const std::string&) { o.inPlace = true; }},
      {"--json", [](Options& o, const std::string&) { o.json = true; }},
      {"--progress", [](Options& o, const std::string&) { o.progress = true; }},
      {"--float", [](Options& o, const std::string&) { o.outFormat = SampleFormat::kFloat32; }},
      {"--list-parameters", [](Options& o, const std::string&) { o.listParameters = true; }},
      {"--help", [](Options& o, const std::string&) { o.help = true; }},
      {"-h", [](Options& o, const std::string&) { o.help = true; }},
      {"--version", [](Options& o, const std::string&) { o.version = true; }},
  };
  return kSwitches;
}

/** What only makes sense, or no sense, together. */
void CheckTogether(Options& options) {
  if (options.help || options.version) return;
  if (options.plugin.empty()) WrongUse("--plugin PATH is missing; --help shows all options");
  const bool limited = options.blockFramesMax > 0 && options.blockFramesMax < options.blocks.framesMax();
  if (limited && options.blocks.random() && !options.randomMaxGiven) {
    options.blocks = BlockSizes::Random(options.blocks.seed(), options.blockFramesMax);
  }
  if (options.blockFramesMax == 0) options.blockFramesMax = options.blocks.framesMax();
  if (options.blocks.framesMax() > options.blockFramesMax) {
    WrongUse("--block of up to " + std::to_string(options.blocks.framesMax()) + " frames, but --max-block " +
             std::to_string(options.blockFramesMax));
  }
  const bool hasLength = options.seconds.has_value() || !options.in.empty() || !options.midiIn.empty();
  if (!options.listParameters && !hasLength) {
    WrongUse("nothing says how long to run: give --seconds, --in or --midi-in");
  }
}

}  // namespace

Options ParseOptions(const std::vector<std::string>& arguments) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    const size_t equals = name.rfind("--", 0) == 0 ? name.find('=') : std::string::npos;
    const std::optional<std::string> attached =
        equals == std::string::npos ? std::nullopt : std::optional(name.substr(equals + 1));
    if (attached) name.resize(equals);
    if (const auto found = Switches().find(name); found != Switches().end()) {
      if (attached) WrongUse(name + " takes no value");
      found->second(options, "");
      continue;
    }
    const auto found = ValueOptions().find(name);
    if (found == ValueOptions().end())
      WrongUse("unknown option '" + arguments[i] + "'; --help shows all options");
    if (!attached && i + 1 >= arguments.size()) WrongUse(name + " wants a value");
    found->second(options, attached ? *attached : arguments[++i]);
  }
  CheckTogether(options);
  return options;
}

}  // namespace jambridge::host
