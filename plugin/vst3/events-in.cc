#include <algorithm>
#include <cmath>

#include "plugin/shim/parameters.h"
#include "plugin/vst3/events.h"
#include "plugin/vst3/expression-types.h"
#include "plugin/vst3/midi-controllers.h"

namespace jambridge::vst3 {
namespace {

uint8_t SevenBits(double unit) {
  return static_cast<uint8_t>(std::lround(std::clamp(unit, 0.0, 1.0) * 127.0));
}

uint32_t OffsetOf(int32_t hostOffset) { return static_cast<uint32_t>(std::max(hostOffset, 0)); }

void AddMessage(EventBatch& to, int32_t offset, int status, int first, uint8_t second) {
  const uint8_t message[3] = {static_cast<uint8_t>(status), static_cast<uint8_t>(first), second};
  to.AddShort(OffsetOf(offset), message, MidiMessageBytes(message[0]));
}

bool IsNote(int channel, int pitch) { return channel >= 0 && channel <= 15 && pitch >= 0 && pitch <= 127; }

void ReadNoteOn(const v3_event& event, EventBatch& to) {
  const v3_event_note_on& note = event.note_on;
  if (!IsNote(note.channel, note.pitch)) return;
  if (!(note.velocity > 0)) {  // MIDI's old way to end a note
    AddMessage(to, event.sample_offset, 0x80 | note.channel, note.pitch, 0);
    return;
  }
  // A soft note must not round to 0, which would end it.
  AddMessage(to, event.sample_offset, 0x90 | note.channel, note.pitch,
             std::max<uint8_t>(SevenBits(note.velocity), 1));
  to.NameNote(static_cast<uint8_t>(note.channel), static_cast<uint8_t>(note.pitch), note.note_id);
}

void ReadExpression(const v3_event& event, EventBatch& to) {
  const v3_event_note_expression_value& expression = event.note_exp_value;
  if (expression.type_id >= kExpressionTypes.size() || std::isnan(expression.value)) return;
  to.AddExpression(OffsetOf(event.sample_offset), static_cast<Expression>(expression.type_id),
                   {expression.note_id, -1, -1}, ExpressionValue(expression.type_id, expression.value));
}

void ReadEvent(const v3_event& event, EventBatch& to) {
  switch (event.type) {
    case V3_EVENT_NOTE_ON:
      ReadNoteOn(event, to);
      break;
    case V3_EVENT_NOTE_OFF:
      if (IsNote(event.note_off.channel, event.note_off.pitch)) {
        AddMessage(to, event.sample_offset, 0x80 | event.note_off.channel, event.note_off.pitch,
                   SevenBits(event.note_off.velocity));
      }
      break;
    case V3_EVENT_POLY_PRESSURE:
      if (IsNote(event.poly_pressure.channel, event.poly_pressure.pitch)) {
        AddMessage(to, event.sample_offset, 0xA0 | event.poly_pressure.channel, event.poly_pressure.pitch,
                   SevenBits(event.poly_pressure.pressure));
      }
      break;
    case V3_EVENT_NOTE_EXP_VALUE:
      ReadExpression(event, to);
      break;
    case V3_EVENT_DATA:
      if (event.data.type == 0) to.AddSysEx(OffsetOf(event.sample_offset), event.data.bytes, event.data.size);
      break;
    default:
      break;
  }
}

void ReadPoint(EventBatch& to, v3_param_id id, int32_t offset, double normalized) {
  if (std::isnan(normalized)) return;
  if (IsControllerId(id)) {
    AddControllerPoint(to, OffsetOf(offset), id, normalized);
    return;
  }
  const ParamDef* def = FindParam(id);
  if (def == nullptr || (def->flags & kParamReadOnly) != 0) return;
  to.AddParam(OffsetOf(offset), id, DenormalizeParam(id, normalized));
}

}  // namespace

void AddControllerPoint(EventBatch& to, uint32_t offset, v3_param_id id, double normalized) {
  const uint8_t controller = ControllerOfId(id);
  const auto value =
      static_cast<int>(std::lround(std::clamp(normalized, 0.0, 1.0) * ControllerMax(controller)));
  const auto low = static_cast<uint8_t>(value & 0x7F);
  uint8_t message[3] = {ChannelOfId(id), low, 0};
  switch (controller) {
    case kControllerAfterTouch:
      message[0] |= 0xD0;
      break;
    case kControllerProgramChange:
      message[0] |= 0xC0;
      break;
    case kControllerPitchBend:
      message[0] |= 0xE0;
      message[2] = static_cast<uint8_t>(value >> 7);
      break;
    default:
      message[0] |= 0xB0;
      message[1] = controller;
      message[2] = low;
  }
  to.AddShort(offset, message, MidiMessageBytes(message[0]));
}

void ReadEvents(v3_event_list** from, EventBatch& to) {
  if (from == nullptr) return;
  const uint32_t count = v3_cpp_obj(from)->get_event_count(from);
  for (uint32_t i = 0; i < count; ++i) {
    v3_event event{};
    if (v3_cpp_obj(from)->get_event(from, static_cast<int32_t>(i), &event) == V3_OK) ReadEvent(event, to);
  }
}

void ReadParameterPoints(v3_param_changes** from, EventBatch& to) {
  if (from == nullptr) return;
  const int32_t queues = v3_cpp_obj(from)->get_param_count(from);
  for (int32_t i = 0; i < queues; ++i) {
    v3_param_value_queue** queue = v3_cpp_obj(from)->get_param_data(from, i);
    if (queue == nullptr) continue;
    const v3_param_id id = v3_cpp_obj(queue)->get_param_id(queue);
    const int32_t points = v3_cpp_obj(queue)->get_point_count(queue);
    for (int32_t k = 0; k < points; ++k) {
      int32_t offset = 0;
      double normalized = 0;
      if (v3_cpp_obj(queue)->get_point(queue, k, &offset, &normalized) != V3_OK) continue;
      ReadPoint(to, id, offset, normalized);
    }
  }
}

}  // namespace jambridge::vst3
