#include "plugin/clap/events.h"

#include <algorithm>
#include <cmath>

#include "plugin/shim/parameters.h"

namespace jambridge::clap {
namespace {

// A host's event as `T`, or null if the host gave fewer bytes than `T` has.
template <class T>
const T* As(const clap_event_header_t& header) {
  return header.size >= sizeof(T) ? reinterpret_cast<const T*>(&header) : nullptr;
}

uint8_t SevenBits(double unit) {
  return static_cast<uint8_t>(std::lround(std::clamp(unit, 0.0, 1.0) * 127.0));
}

void AddMessage(EventBatch& to, uint32_t offset, int status, uint8_t first, uint8_t second) {
  const uint8_t message[3] = {static_cast<uint8_t>(status), first, second};
  to.AddShort(offset, message, sizeof message);
}

// A wildcard (-1) can not be said in one MIDI message, but All Notes Off on the channels it means can.
void AddAllNotesOff(EventBatch& to, uint32_t offset, int channel) {
  const int first = channel < 0 ? 0 : channel;
  const int last = channel < 0 ? 15 : channel;
  for (int each = first; each <= last; ++each) AddMessage(to, offset, 0xB0 | each, 123, 0);
}

void ReadNote(clap_event_note_t note, EventBatch& to) {
  const uint32_t offset = note.header.time;
  NoteAddress whom = {note.note_id, note.channel, note.key};
  if (note.header.type != CLAP_EVENT_NOTE_ON && note.note_id >= 0) {
    if (!to.FindNote(whom)) return;  // nobody's number: it must not end the notes of others
    note.channel = static_cast<int16_t>(whom.channel);
    note.key = static_cast<int16_t>(whom.key);
  }
  if (note.channel < -1 || note.channel > 15 || note.key < -1 || note.key > 127) return;
  const bool wildcard = note.channel < 0 || note.key < 0;
  if (note.header.type == CLAP_EVENT_NOTE_ON) {
    if (wildcard) return;
    // Velocity 0 is a real note on in CLAP, in MIDI it would be a note off.
    const uint8_t velocity = std::max<uint8_t>(SevenBits(note.velocity), 1);
    AddMessage(to, offset, 0x90 | note.channel, static_cast<uint8_t>(note.key), velocity);
    to.NameNote(static_cast<uint8_t>(note.channel), static_cast<uint8_t>(note.key), note.note_id);
    return;
  }
  if (wildcard) {
    AddAllNotesOff(to, offset, note.channel);
    return;
  }
  const bool choke = note.header.type == CLAP_EVENT_NOTE_CHOKE;
  AddMessage(to, offset, 0x80 | note.channel, static_cast<uint8_t>(note.key),
             choke ? uint8_t{0} : SevenBits(note.velocity));
}

void ReadExpression(const clap_event_note_expression_t& event, EventBatch& to) {
  static_assert(CLAP_NOTE_EXPRESSION_VOLUME == static_cast<int>(Expression::kVolume) &&
                CLAP_NOTE_EXPRESSION_PRESSURE == static_cast<int>(Expression::kPressure));
  if (event.expression_id < CLAP_NOTE_EXPRESSION_VOLUME ||
      event.expression_id > CLAP_NOTE_EXPRESSION_PRESSURE)
    return;
  to.AddExpression(event.header.time, static_cast<Expression>(event.expression_id),
                   {event.note_id, event.channel, event.key}, event.value);
}

void ReadMidi(const clap_event_midi_t& event, EventBatch& to) {
  const uint32_t bytes = MidiMessageBytes(event.data[0]);
  if (bytes > 0) to.AddShort(event.header.time, event.data, bytes);
}

void ReadEvent(const clap_event_header_t& header, EventBatch& to) {
  switch (header.type) {
    case CLAP_EVENT_NOTE_ON:
    case CLAP_EVENT_NOTE_OFF:
    case CLAP_EVENT_NOTE_CHOKE:
      if (const auto* note = As<clap_event_note_t>(header)) ReadNote(*note, to);
      break;
    case CLAP_EVENT_NOTE_EXPRESSION:
      if (const auto* expression = As<clap_event_note_expression_t>(header)) ReadExpression(*expression, to);
      break;
    case CLAP_EVENT_MIDI:
      if (const auto* midi = As<clap_event_midi_t>(header)) ReadMidi(*midi, to);
      break;
    case CLAP_EVENT_MIDI_SYSEX:
      if (const auto* sysEx = As<clap_event_midi_sysex_t>(header)) {
        to.AddSysEx(header.time, sysEx->buffer, sysEx->size);
      }
      break;
    default: {
      uint32_t param = 0;
      double plain = 0;
      if (ReadParam(header, param, plain)) to.AddParam(header.time, param, plain);
    }
  }
}

template <class T>
T MakeEvent(uint32_t offset, uint16_t type) {
  T event{};
  event.header = {sizeof event, offset, CLAP_CORE_EVENT_SPACE_ID, type, 0};
  return event;
}

}  // namespace

bool ReadParam(const clap_event_header_t& header, uint32_t& param, double& plain) {
  if (header.space_id != CLAP_CORE_EVENT_SPACE_ID || header.type != CLAP_EVENT_PARAM_VALUE) return false;
  const auto* event = As<clap_event_param_value_t>(header);
  const ParamDef* def = event != nullptr ? FindParam(event->param_id) : nullptr;
  if (def == nullptr || (def->flags & kParamReadOnly) != 0 || std::isnan(event->value)) return false;
  param = def->id;
  plain = ClampParam(def->id, event->value);
  return true;
}

void ReadEvents(const clap_input_events_t* from, EventBatch& to) {
  if (from == nullptr || from->size == nullptr || from->get == nullptr) return;
  const uint32_t count = from->size(from);
  for (uint32_t i = 0; i < count; ++i) {
    const clap_event_header_t* header = from->get(from, i);
    if (header != nullptr && header->space_id == CLAP_CORE_EVENT_SPACE_ID) ReadEvent(*header, to);
  }
}

bool WriteMidi(const clap_output_events_t* to, uint32_t offset, const uint8_t* data, uint32_t sizeBytes) {
  if (to == nullptr || to->try_push == nullptr) return true;  // nobody listens: nothing to keep for later
  if (!IsLongMidi(data, sizeBytes)) {
    auto midi = MakeEvent<clap_event_midi_t>(offset, CLAP_EVENT_MIDI);
    std::copy_n(data, sizeBytes, midi.data);
    return to->try_push(to, &midi.header);
  }
  auto sysEx = MakeEvent<clap_event_midi_sysex_t>(offset, CLAP_EVENT_MIDI_SYSEX);
  sysEx.buffer = data;
  sysEx.size = sizeBytes;
  return to->try_push(to, &sysEx.header);
}

void WriteParam(const clap_output_events_t* to, uint32_t offset, uint32_t param, double plain) {
  if (to == nullptr || to->try_push == nullptr) return;
  auto event = MakeEvent<clap_event_param_value_t>(offset, CLAP_EVENT_PARAM_VALUE);
  event.param_id = param;
  event.note_id = -1;
  event.port_index = event.channel = event.key = -1;
  event.value = plain;
  to->try_push(to, &event.header);
}

}  // namespace jambridge::clap
