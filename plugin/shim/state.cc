#include "plugin/shim/state.h"

#include <cmath>

#include "plugin/shim/number-text.h"

namespace jambridge {
namespace {

constexpr std::string_view kFirstWord = "jambridge-state ";
constexpr std::string_view kClosingLine = "end";
constexpr int kStateVersion = 2;

// Version 1 had no closing line, but always this key at its end.
constexpr std::string_view kLastKeyOfVersion1 = "bypass";

/** Takes a line with its end, or nothing where the end is missing. */
std::optional<std::string_view> TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return TrimBlanks(line);
}

std::optional<int> TakeVersion(std::string_view* text) {
  if (!text->starts_with(kFirstWord)) return std::nullopt;
  text->remove_prefix(kFirstWord.size());
  const std::optional<std::string_view> line = TakeLine(text);
  const std::optional<double> version = line ? ParseNumber(*line) : std::nullopt;
  if (!version || *version < 1 || *version > 1e6 || *version != std::floor(*version)) return std::nullopt;
  return static_cast<int>(*version);
}

/** Sets the value that a line names, if it is one of ours. */
void ReadLine(std::string_view key, std::string_view text, ParamValues* values) {
  const ParamDef* def = FindParamByKey(key);
  const std::optional<double> value = ParseNumber(text);
  if (def == nullptr || !value || (def->flags & kParamReadOnly) != 0) return;
  (*values)[def->id] = ClampParam(def->id, *value);
}

}  // namespace

std::string WriteState(const ParamStore& params) {
  std::string text(kFirstWord);
  text.append(std::to_string(kStateVersion)).append("\n");
  for (const ParamDef& def : Params()) {
    if ((def.flags & kParamReadOnly) != 0) continue;
    text.append(def.key).append("=").append(FormatNumber(params.Get(def.id))).append("\n");
  }
  return text.append(kClosingLine).append("\n");
}

std::optional<ParamValues> ReadState(std::string_view text) {
  if (text.size() > kStateBytesMax) return std::nullopt;
  const std::optional<int> version = TakeVersion(&text);
  if (!version) return std::nullopt;
  ParamValues values;
  for (const ParamDef& def : Params()) values[def.id] = def.def;
  while (const std::optional<std::string_view> line = TakeLine(&text)) {
    if (*line == kClosingLine) return values;
    const size_t equals = line->find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = TrimBlanks(line->substr(0, equals));
    ReadLine(key, line->substr(equals + 1), &values);
    if (*version == 1 && key == kLastKeyOfVersion1) return values;
  }
  return std::nullopt;  // the end was lost
}

}  // namespace jambridge
