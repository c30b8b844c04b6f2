#include "plugin/vst3/events.h"
#include "plugin/vst3/midi-controllers.h"

namespace jambridge::vst3 {
namespace {

v3_event MakeEvent(uint32_t offset, uint16_t type) {
  v3_event event{};
  event.sample_offset = static_cast<int32_t>(offset);
  event.type = type;
  return event;
}

// Everything but notes and SysEx leaves as a "legacy MIDI CC".
v3_event MakeController(uint32_t offset, uint8_t channel, uint8_t controller, uint8_t value, uint8_t value2) {
  v3_event event = MakeEvent(offset, V3_EVENT_LEGACY_MIDI_CC_OUT);
  event.midi_cc_out.cc_number = controller;
  event.midi_cc_out.channel = static_cast<int8_t>(channel);
  event.midi_cc_out.value = static_cast<int8_t>(value & 0x7F);
  event.midi_cc_out.value2 = static_cast<int8_t>(value2 & 0x7F);
  return event;
}

v3_event MakeNoteOff(uint32_t offset, uint8_t channel, uint8_t pitch, uint8_t velocity) {
  v3_event event = MakeEvent(offset, V3_EVENT_NOTE_OFF);
  event.note_off.channel = channel;
  event.note_off.pitch = pitch;
  event.note_off.velocity = static_cast<float>(velocity) / 127.0F;
  event.note_off.note_id = -1;
  return event;
}

v3_event MakeNoteOn(uint32_t offset, uint8_t channel, uint8_t pitch, uint8_t velocity) {
  if (velocity == 0) return MakeNoteOff(offset, channel, pitch, 0);
  v3_event event = MakeEvent(offset, V3_EVENT_NOTE_ON);
  event.note_on.channel = channel;
  event.note_on.pitch = pitch;
  event.note_on.velocity = static_cast<float>(velocity) / 127.0F;
  event.note_on.note_id = -1;
  return event;
}

v3_event MakePolyPressure(uint32_t offset, uint8_t channel, uint8_t pitch, uint8_t pressure) {
  v3_event event = MakeEvent(offset, V3_EVENT_POLY_PRESSURE);
  event.poly_pressure.channel = channel;
  event.poly_pressure.pitch = pitch;
  event.poly_pressure.pressure = static_cast<float>(pressure) / 127.0F;
  event.poly_pressure.note_id = -1;
  return event;
}

v3_event MakeSysEx(uint32_t offset, const uint8_t* data, uint32_t sizeBytes) {
  v3_event event = MakeEvent(offset, V3_EVENT_DATA);
  event.data.size = sizeBytes;
  event.data.type = 0;  // kMidiSysEx
  event.data.bytes = data;
  return event;
}

// False for what VST3 has no event for (clock, song position and their like).
bool Translate(uint32_t offset, const uint8_t* data, uint32_t sizeBytes, v3_event& event) {
  const uint8_t status = data[0];
  if (status == 0xF0) {
    event = MakeSysEx(offset, data, sizeBytes);
    return true;
  }
  if (sizeBytes != MidiMessageBytes(status)) return false;
  const auto channel = static_cast<uint8_t>(status & 0x0F);
  const uint8_t first = sizeBytes > 1 ? data[1] & 0x7F : 0;
  const uint8_t second = sizeBytes > 2 ? data[2] & 0x7F : 0;
  switch (status & 0xF0) {
    case 0x80:
      event = MakeNoteOff(offset, channel, first, second);
      return true;
    case 0x90:
      event = MakeNoteOn(offset, channel, first, second);
      return true;
    case 0xA0:
      event = MakePolyPressure(offset, channel, first, second);
      return true;
    case 0xB0:
      event = MakeController(offset, channel, first, second, 0);
      return true;
    case 0xC0:
      event = MakeController(offset, channel, kControllerProgramChange, first, 0);
      return true;
    case 0xD0:
      event = MakeController(offset, channel, kControllerAfterTouch, first, 0);
      return true;
    case 0xE0:
      event = MakeController(offset, channel, kControllerPitchBend, first, second);
      return true;
    default:
      break;
  }
  if (status != 0xF1) return false;
  event = MakeController(offset, 0, kControllerQuarterFrame, first, 0);
  return true;
}

}  // namespace

bool WriteMidi(v3_event_list** to, uint32_t offset, const uint8_t* data, uint32_t sizeBytes) {
  if (to == nullptr) return true;  // nobody listens: nothing to keep for later
  v3_event event;
  if (!Translate(offset, data, sizeBytes, event)) return true;
  return v3_cpp_obj(to)->add_event(to, &event) == V3_OK;
}

void WriteParameterPoint(v3_param_changes** to, v3_param_id id, uint32_t offset, double normalized) {
  if (to == nullptr) return;
  int32_t index = 0;
  v3_param_value_queue** queue = v3_cpp_obj(to)->add_param_data(to, &id, &index);
  if (queue != nullptr) v3_cpp_obj(queue)->add_point(queue, static_cast<int32_t>(offset), normalized, &index);
}

}  // namespace jambridge::vst3
