// What the host may draw over a note: see adapter/note-expressions.h for what becomes of it.
#include <optional>
#include <string>

#include "plugin/shim/number-text.h"
#include "plugin/vst3/expression-types.h"
#include "plugin/vst3/instance.h"
#include "plugin/vst3/text.h"

namespace jambridge::vst3 {
namespace {

constexpr size_t kTextUnits = 128;

bool IsPlace(int32_t bus, int16_t channel) { return bus == 0 && channel >= 0 && channel <= 15; }

bool IsType(uint32_t type) { return type < kExpressionTypes.size(); }

}  // namespace

int32_t Instance::getNoteExpressionCount(int32_t bus, int16_t channel) {
  return IsPlace(bus, channel) ? static_cast<int32_t>(kExpressionTypes.size()) : 0;
}

v3_result Instance::getNoteExpressionInfo(int32_t bus, int16_t channel, int32_t index,
                                          NoteExpressionTypeInfo* info) {
  if (!IsPlace(bus, channel) || index < 0 || !IsType(static_cast<uint32_t>(index)) || info == nullptr) {
    return V3_INVALID_ARG;
  }
  const ExpressionType& type = kExpressionTypes[static_cast<size_t>(index)];
  *info = {};
  info->typeId = static_cast<uint32_t>(index);
  ToUtf16(type.title, info->title);
  ToUtf16(type.title, info->shortTitle);
  ToUtf16(type.units, info->units);
  info->unitId = -1;
  info->defaultValue = type.defaultValue;
  info->maximum = 1;
  info->flags = type.bipolar ? kExpressionIsBipolar : 0;
  return V3_OK;
}

v3_result Instance::getNoteExpressionStringByValue(int32_t bus, int16_t channel, uint32_t type,
                                                   double normalized, v3_str_128 text) {
  if (!IsPlace(bus, channel) || !IsType(type) || text == nullptr) return V3_INVALID_ARG;
  ToUtf16(FormatFixed(ExpressionValue(type, normalized), 2), text, kTextUnits);
  return V3_OK;
}

v3_result Instance::getNoteExpressionValueByString(int32_t bus, int16_t channel, uint32_t type,
                                                   const int16_t* text, double* normalized) {
  if (!IsPlace(bus, channel) || !IsType(type) || text == nullptr || normalized == nullptr) {
    return V3_INVALID_ARG;
  }
  const std::optional<double> value = ParseNumber(FromUtf16(text, kTextUnits));
  if (!value) return V3_FALSE;
  *normalized = NormalizedExpression(type, *value);
  return V3_OK;
}

}  // namespace jambridge::vst3
