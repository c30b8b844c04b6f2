#include "plugin/shim/state.h"

#include "plugin/shim/number-text.h"

namespace jambridge {
namespace {

constexpr std::string_view kFirstWord = "jambridge-state ";
constexpr int kStateVersion = 1;

std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  *text = end == std::string_view::npos ? std::string_view{} : text->substr(end + 1);
  return TrimBlanks(line);
}

}  // namespace

std::string WriteState(const ParamStore& params) {
  std::string text(kFirstWord);
  text.append(std::to_string(kStateVersion)).append("\n");
  for (const ParamDef& def : Params()) {
    if ((def.flags & kParamReadOnly) != 0) continue;
    text.append(def.key).append("=").append(FormatNumber(params.Get(def.id))).append("\n");
  }
  return text;
}

std::optional<ParamValues> ReadState(std::string_view text) {
  if (text.size() > kStateBytesMax || !text.starts_with(kFirstWord)) return std::nullopt;
  text.remove_prefix(kFirstWord.size());
  const std::optional<double> version = ParseNumber(TakeLine(&text));
  if (!version || *version < 1) return std::nullopt;
  ParamValues values;
  for (const ParamDef& def : Params()) values[def.id] = def.def;
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const ParamDef* def = FindParamByKey(TrimBlanks(line.substr(0, equals)));
    const std::optional<double> value = ParseNumber(line.substr(equals + 1));
    if (def == nullptr || !value || (def->flags & kParamReadOnly) != 0) continue;
    values[def->id] = ClampParam(def->id, *value);
  }
  return values;
}

}  // namespace jambridge
