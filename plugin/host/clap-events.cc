#include "plugin/host/clap-events.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "plugin/host/midi-sequence.h"

namespace jambridge::host {

namespace {

constexpr size_t kEventsReserved = 8192;
constexpr size_t kBytesReserved = 256 * 1024;

template <typename Event>
clap_event_header_t HeaderFor(uint16_t type, uint32_t offset) {
  return {sizeof(Event), offset, CLAP_CORE_EVENT_SPACE_ID, type, 0};
}

uint8_t To7Bit(double value) { return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 1.0) * 127)); }

}  // namespace

ClapInputEvents::ClapInputEvents()
    : list_{this,
            [](const clap_input_events_t* list) {
              return static_cast<uint32_t>(static_cast<ClapInputEvents*>(list->ctx)->events_.size());
            },
            [](const clap_input_events_t* list, uint32_t index) -> const clap_event_header_t* {
              const auto& events = static_cast<ClapInputEvents*>(list->ctx)->events_;
              return index < events.size() ? &events[index].header : nullptr;
            }} {
  events_.reserve(kEventsReserved);
}

uint64_t ClapInputEvents::Fill(std::span<const MidiIn> midi, std::span<const ParameterIn> parameters,
                               NoteDialect dialect) {
  events_.clear();
  uint64_t notTaken = 0;
  size_t next = 0;
  for (const MidiIn& in : midi) {
    while (next < parameters.size() && parameters[next].offset <= in.offset) AddParameter(parameters[next++]);
    if (!AddMidi(in, dialect)) ++notTaken;
  }
  while (next < parameters.size()) AddParameter(parameters[next++]);
  return notTaken;
}

bool ClapInputEvents::AddMidi(const MidiIn& in, NoteDialect dialect) {
  Event event;
  std::memset(&event, 0, sizeof event);
  const uint8_t kind = in.data[0] & 0xF0;
  if (dialect == NoteDialect::kNone) return false;
  if (dialect == NoteDialect::kClapNotes) {
    if (kind != 0x80 && kind != 0x90) return false;
    const bool on = kind == 0x90 && in.data[2] > 0;
    event.note.header =
        HeaderFor<clap_event_note_t>(on ? CLAP_EVENT_NOTE_ON : CLAP_EVENT_NOTE_OFF, in.offset);
    event.note.note_id = -1;
    event.note.channel = in.data[0] & 15;
    event.note.key = in.data[1];
    event.note.velocity = in.data[2] / 127.0;
  } else if (in.data[0] == 0xF0) {
    event.sysex.header = HeaderFor<clap_event_midi_sysex_t>(CLAP_EVENT_MIDI_SYSEX, in.offset);
    event.sysex.buffer = in.data;
    event.sysex.size = in.size;
  } else {
    event.midi.header = HeaderFor<clap_event_midi_t>(CLAP_EVENT_MIDI, in.offset);
    std::memcpy(event.midi.data, in.data, std::min<size_t>(in.size, 3));
  }
  events_.push_back(event);
  return true;
}

void ClapInputEvents::AddParameter(const ParameterIn& in) {
  Event event;
  std::memset(&event, 0, sizeof event);
  event.parameter.header = HeaderFor<clap_event_param_value_t>(CLAP_EVENT_PARAM_VALUE, in.offset);
  event.parameter.param_id = in.id;
  event.parameter.note_id = -1;
  event.parameter.port_index = -1;
  event.parameter.channel = -1;
  event.parameter.key = -1;
  event.parameter.value = in.value;
  events_.push_back(event);
}

ClapOutputEvents::ClapOutputEvents()
    : list_{this, [](const clap_output_events_t* list, const clap_event_header_t* event) {
              return static_cast<ClapOutputEvents*>(list->ctx)->Push(event);
            }} {
  messages_.reserve(kEventsReserved);
  bytes_.reserve(kBytesReserved);
}

void ClapOutputEvents::Add(uint32_t offset, const uint8_t* data, uint32_t size) {
  messages_.push_back({offset, static_cast<uint32_t>(bytes_.size()), size});
  bytes_.insert(bytes_.end(), data, data + size);
}

bool ClapOutputEvents::Push(const clap_event_header_t* header) {
  if (header == nullptr || header->space_id != CLAP_CORE_EVENT_SPACE_ID) return true;
  const uint32_t last = frames_ > 0 ? frames_ - 1 : 0;
  const uint32_t offset = std::min(header->time, last);
  if (header->time > last || header->time < lastOffset_) ++misplaced_;
  lastOffset_ = std::max(lastOffset_, offset);
  if (header->type == CLAP_EVENT_MIDI && header->size >= sizeof(clap_event_midi_t)) {
    const uint8_t* data = reinterpret_cast<const clap_event_midi_t*>(header)->data;
    const uint32_t size = MessageBytes(data[0]);
    if (size == 0) return false;
    Add(offset, data, size);
  } else if (header->type == CLAP_EVENT_MIDI_SYSEX && header->size >= sizeof(clap_event_midi_sysex_t)) {
    const auto* sysex = reinterpret_cast<const clap_event_midi_sysex_t*>(header);
    if (sysex->buffer == nullptr || sysex->size == 0) return false;
    Add(offset, sysex->buffer, sysex->size);
  } else if ((header->type == CLAP_EVENT_NOTE_ON || header->type == CLAP_EVENT_NOTE_OFF) &&
             header->size >= sizeof(clap_event_note_t)) {
    const auto* note = reinterpret_cast<const clap_event_note_t*>(header);
    const bool on = header->type == CLAP_EVENT_NOTE_ON;
    const uint8_t velocity = std::max<uint8_t>(To7Bit(note->velocity), on ? 1 : 0);
    const uint8_t data[3] = {static_cast<uint8_t>((on ? 0x90 : 0x80) | (note->channel & 15)),
                             static_cast<uint8_t>(note->key & 127), velocity};
    Add(offset, data, 3);
  }
  return true;
}

uint64_t ClapOutputEvents::Deliver(MidiOutSink* sink) {
  const auto earlier = [](const Message& a, const Message& b) { return a.offset < b.offset; };
  if (misplaced_ > 0) std::stable_sort(messages_.begin(), messages_.end(), earlier);
  for (const Message& message : messages_)
    sink->OnMidi(message.offset, bytes_.data() + message.start, message.size);
  return misplaced_;
}

}  // namespace jambridge::host
