#include "plugin/host/vst3-midi.h"

#include <algorithm>
#include <cmath>

namespace jambridge::host {

namespace {

constexpr uint32_t kSysexData = 0;  // DataEvent::kMidiSysEx

uint8_t To7Bit(double value) { return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 1.0) * 127)); }
uint8_t Mask7(int value) { return static_cast<uint8_t>(value & 127); }

v3_event EventAt(uint16_t type, uint32_t offset) {
  v3_event event{};
  event.sample_offset = static_cast<int32_t>(offset);
  event.type = type;
  event.flags = V3_EVENT_IS_LIVE;
  return event;
}

/** The message of a controller event; 0 bytes: no MIDI form. */
uint32_t ControllerMessage(const v3_event_legacy_midi_cc_out& cc, uint8_t* data) {
  const auto channel = static_cast<uint8_t>(cc.channel & 15);
  const uint8_t first = Mask7(cc.value);
  const uint8_t second = Mask7(cc.value2);
  const auto put = [data](int status, uint8_t a, uint8_t b) {
    data[0] = static_cast<uint8_t>(status);
    data[1] = a;
    data[2] = b;
  };
  if (cc.cc_number < 128) return put(0xB0 | channel, cc.cc_number, first), 3;
  switch (cc.cc_number) {
    case kVst3ChannelPressure:
      return put(0xD0 | channel, first, 0), 2;
    case kVst3PitchBend:
      return put(0xE0 | channel, first, second), 3;
    case kVst3ProgramChange:
      return put(0xC0 | channel, first, 0), 2;
    case kVst3PolyPressure:
      return put(0xA0 | channel, first, second), 3;
    case kVst3QuarterFrame:
      return put(0xF1, first, 0), 2;
    default:
      return 0;
  }
}

uint32_t ShortMessage(const v3_event& event, uint8_t* data) {
  switch (event.type) {
    case V3_EVENT_NOTE_ON:
      data[0] = static_cast<uint8_t>(0x90 | (event.note_on.channel & 15));
      data[1] = Mask7(event.note_on.pitch);
      data[2] = event.note_on.velocity > 0 ? std::max<uint8_t>(To7Bit(event.note_on.velocity), 1) : 0;
      return 3;
    case V3_EVENT_NOTE_OFF:
      data[0] = static_cast<uint8_t>(0x80 | (event.note_off.channel & 15));
      data[1] = Mask7(event.note_off.pitch);
      data[2] = To7Bit(event.note_off.velocity);
      return 3;
    case V3_EVENT_POLY_PRESSURE:
      data[0] = static_cast<uint8_t>(0xA0 | (event.poly_pressure.channel & 15));
      data[1] = Mask7(event.poly_pressure.pitch);
      data[2] = To7Bit(event.poly_pressure.pressure);
      return 3;
    case V3_EVENT_LEGACY_MIDI_CC_OUT:
      return ControllerMessage(event.midi_cc_out, data);
    default:
      return 0;
  }
}

}  // namespace

void Vst3MidiMap::Read(v3_midi_mapping** mapping) {
  targets_ = {};
  if (mapping == nullptr) return;
  for (int16_t channel = 0; channel < 16; ++channel) {
    for (int16_t controller = 0; controller < kVst3ControllerCount; ++controller) {
      Target& target = targets_[static_cast<size_t>(channel)][static_cast<size_t>(controller)];
      target.mapped = v3_cpp_obj(mapping)->get_midi_controller_assignment(mapping, 0, channel, controller,
                                                                          &target.id) == V3_TRUE;
    }
  }
}

bool Vst3MidiMap::AddController(uint8_t channel, uint8_t controller, double value, uint32_t offset,
                                Vst3ParameterChanges& changes) const {
  const Target& target = targets_[channel][controller];
  if (target.mapped) changes.AddPoint(target.id, offset, value);
  return target.mapped;
}

bool Vst3MidiMap::Translate(const MidiIn& in, Vst3EventList& events, Vst3ParameterChanges& changes) const {
  const uint8_t* data = in.data;
  const auto channel = static_cast<uint8_t>(data[0] & 15);
  switch (data[0] & 0xF0) {
    case 0x80:
    case 0x90: {
      const bool on = (data[0] & 0xF0) == 0x90 && data[2] > 0;
      v3_event event = EventAt(on ? V3_EVENT_NOTE_ON : V3_EVENT_NOTE_OFF, in.offset);
      const float velocity = static_cast<float>(data[2]) / 127.0f;
      if (on) {
        event.note_on = {channel, data[1], 0, velocity, 0, -1};
      } else {
        event.note_off = {channel, data[1], velocity, -1, 0};
      }
      events.events.push_back(event);
      return true;
    }
    case 0xA0: {
      v3_event event = EventAt(V3_EVENT_POLY_PRESSURE, in.offset);
      event.poly_pressure = {channel, data[1], static_cast<float>(data[2]) / 127.0f, -1};
      events.events.push_back(event);
      return true;
    }
    case 0xB0:
      return AddController(channel, data[1], data[2] / 127.0, in.offset, changes);
    case 0xC0:
      return AddController(channel, kVst3ProgramChange, data[1] / 127.0, in.offset, changes);
    case 0xD0:
      return AddController(channel, kVst3ChannelPressure, data[1] / 127.0, in.offset, changes);
    case 0xE0:
      return AddController(channel, kVst3PitchBend, (data[1] | data[2] << 7) / 16383.0, in.offset, changes);
    default:
      break;
  }
  if (data[0] == 0xF1) return AddController(0, kVst3QuarterFrame, data[1] / 127.0, in.offset, changes);
  if (data[0] != 0xF0) return false;
  v3_event event = EventAt(V3_EVENT_DATA, in.offset);
  event.data = {in.size, kSysexData, data};
  events.events.push_back(event);
  return true;
}

uint64_t DeliverVst3Events(std::vector<v3_event>& events, uint32_t frames, MidiOutSink* sink) {
  uint64_t misplaced = 0;
  int32_t previous = 0;
  const int32_t last = frames > 0 ? static_cast<int32_t>(frames) - 1 : 0;
  for (v3_event& event : events) {
    if (event.sample_offset < previous || event.sample_offset > last) ++misplaced;
    event.sample_offset = std::clamp(event.sample_offset, 0, last);
    previous = std::max(previous, event.sample_offset);
  }
  const auto earlier = [](const v3_event& a, const v3_event& b) { return a.sample_offset < b.sample_offset; };
  if (misplaced > 0) std::stable_sort(events.begin(), events.end(), earlier);
  for (const v3_event& event : events) {
    const auto offset = static_cast<uint32_t>(event.sample_offset);
    if (event.type == V3_EVENT_DATA) {
      if (event.data.type == kSysexData && event.data.bytes != nullptr && event.data.size > 0) {
        sink->OnMidi(offset, event.data.bytes, event.data.size);
      }
      continue;
    }
    uint8_t data[3] = {0, 0, 0};
    const uint32_t size = ShortMessage(event, data);
    if (size > 0) sink->OnMidi(offset, data, size);
  }
  return misplaced;
}

}  // namespace jambridge::host
