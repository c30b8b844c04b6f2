// VST3's predefined note expressions (ids 0..5), in the units that the adapters share.
//
//   volume      0..1, 0.25 is unity        -> factor 0..4
//   pan         0..1                       -> as it is
//   tuning      0..1, 0.5 is none          -> -120..120 semitones
//   vibrato, expression, brightness 0..1   -> as they are
//
// Pressure is no expression in VST3 but an event of its own.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "plugin/adapter/note-expressions.h"

namespace jambridge::vst3 {

struct ExpressionType {
  const char* title;
  const char* units;
  double defaultValue;  // normalized
  bool bipolar;
  double scale;  // shared value = scale * (normalized - origin)
  double origin;
};

inline constexpr std::array<ExpressionType, 6> kExpressionTypes = {{
    {"Volume", "", 0.25, false, 4, 0},
    {"Pan", "", 0.5, true, 1, 0},
    {"Tuning", "semitones", 0.5, true, 240, 0.5},
    {"Vibrato", "", 0, false, 1, 0},
    {"Expression", "", 1, false, 1, 0},
    {"Brightness", "", 0.5, false, 1, 0},
}};
static_assert(static_cast<size_t>(Expression::kBrightness) == kExpressionTypes.size() - 1);

constexpr double ExpressionValue(uint32_t type, double normalized) {
  const ExpressionType& known = kExpressionTypes[type];
  return known.scale * (std::clamp(normalized, 0.0, 1.0) - known.origin);
}

constexpr double NormalizedExpression(uint32_t type, double value) {
  const ExpressionType& known = kExpressionTypes[type];
  return std::clamp(value / known.scale + known.origin, 0.0, 1.0);
}

}  // namespace jambridge::vst3
