// MIDI through the plugin: order, exact values, SysEx, a full host. argv[1]: JamBridge.so
#include <algorithm>
#include <cmath>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

using Bytes = std::vector<uint8_t>;

v3_result Run(Vst3Instance& instance, uint32_t frames = 256) {
  Planar buffers(2, frames);
  return instance.Process(buffers, buffers, static_cast<int32_t>(frames));
}

v3_param_id ControllerOf(Vst3Instance& instance, int16_t channel, int16_t number) {
  v3_param_id id = 0;
  v3_midi_mapping** mapping = instance.mapping;
  CHECK(v3_cpp_obj(mapping)->get_midi_controller_assignment(mapping, 0, channel, number, &id) == V3_TRUE);
  return id;
}

// Notes and controllers come in separate lists and must leave in one order.
void MergesInOrder(Vst3Instance& instance) {
  for (const int32_t offset : {90, 10, 50}) instance.in.NoteOn(offset, 0, 60, 0.5F);
  const v3_param_id volume = ControllerOf(instance, 0, 7);
  for (const int32_t offset : {20, 60, 95}) instance.changesIn.Add(volume, offset, offset / 127.0);
  instance.in.NoteOff(5000, 1, 61, 1);  // past the block: its last frame
  instance.in.NoteOff(-3, 1, 62, 1);    // before it: its first
  CHECK(Run(instance) == V3_OK);
  const int32_t offsets[] = {0, 10, 20, 50, 60, 90, 95, 255};
  CHECK(instance.out.events.size() == std::size(offsets));
  for (size_t i = 0; i < std::size(offsets); ++i) {
    const v3_event& event = instance.out.events[i];
    CHECK(event.sample_offset == offsets[i]);
    const bool controller = offsets[i] == 20 || offsets[i] == 60 || offsets[i] == 95;
    CHECK(controller == (event.type == V3_EVENT_LEGACY_MIDI_CC_OUT));
    if (controller) CHECK(event.midi_cc_out.cc_number == 7 && event.midi_cc_out.value == offsets[i]);
  }
}

void KeepsEveryValue(Vst3Instance& instance) {
  for (int value = 0; value < 128; ++value) {
    const auto level = static_cast<float>(value) / 127.0F;
    instance.in.NoteOn(0, 5, 60, level);
    instance.in.NoteOff(1, 5, 61, level);
    v3_event& pressure = instance.in.Add(2, V3_EVENT_POLY_PRESSURE);
    pressure.poly_pressure = {5, 62, level, -1};
    for (const int16_t number : {int16_t{1}, int16_t{128}, int16_t{130}}) {
      instance.changesIn.Add(ControllerOf(instance, 5, number), 3, value / 127.0);
    }
    CHECK(Run(instance, 8) == V3_OK && instance.out.events.size() == 6);
    const auto& out = instance.out.events;
    CHECK(out[0].type == (value > 0 ? V3_EVENT_NOTE_ON : V3_EVENT_NOTE_OFF));
    CHECK(value == 0 || (out[0].note_on.velocity == level && out[0].note_on.channel == 5));
    CHECK(out[1].type == V3_EVENT_NOTE_OFF && out[1].note_off.velocity == level &&
          out[1].note_off.pitch == 61);
    CHECK(out[2].type == V3_EVENT_POLY_PRESSURE && out[2].poly_pressure.pressure == level);
    const uint8_t numbers[] = {1, 128, 130};
    for (size_t i = 0; i < 3; ++i) {
      const v3_event_legacy_midi_cc_out& cc = out[3 + i].midi_cc_out;
      CHECK(cc.cc_number == numbers[i] && cc.channel == 5 && cc.value == value);
    }
  }
  instance.in.NoteOn(0, 0, 60, 1e-6F);  // the softest note is still a note
  CHECK(Run(instance, 8) == V3_OK && instance.out.events[0].type == V3_EVENT_NOTE_ON);
  const v3_param_id bend = ControllerOf(instance, 15, 129);
  for (int value = 0; value < 16384; value += 13) {
    instance.changesIn.Add(bend, 0, value / 16383.0);
    CHECK(Run(instance, 8) == V3_OK && instance.out.events.size() == 1);
    const v3_event_legacy_midi_cc_out& cc = instance.out.events[0].midi_cc_out;
    CHECK(cc.cc_number == 129 && cc.channel == 15 && (cc.value | cc.value2 << 7) == value);
  }
}

void PassesOver(Vst3Instance& instance) {
  instance.in.NoteOn(0, 16, 60, 1);
  instance.in.NoteOn(0, -1, 60, 1);
  instance.in.NoteOff(0, 0, 128, 1);
  instance.in.Add(0, V3_EVENT_CHORD);
  instance.in.Add(0, V3_EVENT_NOTE_EXP_VALUE);
  instance.in.Add(0, 4711);
  instance.in.SysEx(0, {});
  const Bytes message = {0xF0, 1, 2, 0xF7};
  instance.in.SysEx(0, message);
  instance.in.events.back().data.type = 9;  // data, but no SysEx
  CHECK(Run(instance) == V3_OK && instance.out.events.empty());
}

Bytes MakeSysEx(Random& random, uint32_t bytes) {
  Bytes message(bytes);
  for (uint8_t& byte : message) byte = static_cast<uint8_t>(random.Below(128));
  message.front() = 0xF0;
  message.back() = 0xF7;
  return message;
}

bool IsSysEx(const v3_event& event, const Bytes& expected) {
  return event.type == V3_EVENT_DATA && event.data.type == 0 && event.data.size == expected.size() &&
         std::equal(expected.begin(), expected.end(), event.data.bytes);
}

// The bytes of an output event are read after the block, when the input's are gone.
void PassesSysEx(Vst3Instance& instance) {
  Random random(6);
  for (const uint32_t bytes : {3U, 4U, 1000U, 1025U, 65536U}) {
    Bytes message = MakeSysEx(random, bytes);
    const Bytes expected = message;
    instance.in.NoteOn(9, 0, 1, 1);
    instance.in.SysEx(10, message);
    instance.in.NoteOff(11, 0, 1, 1);
    CHECK(Run(instance) == V3_OK && instance.out.events.size() == 3);
    std::fill(message.begin(), message.end(), uint8_t{0});
    CHECK(IsSysEx(instance.out.events[1], expected));
    CHECK(instance.out.events[1].sample_offset == 10);
  }
  const Bytes bare = {0x7D, 1, 2, 3};  // some hosts leave the frame out
  instance.in.SysEx(3, bare);
  CHECK(Run(instance) == V3_OK && instance.out.events.size() == 1);
  CHECK(IsSysEx(instance.out.events[0], {0xF0, 0x7D, 1, 2, 3, 0xF7}));
}

void BearsFullHost(Vst3Instance& instance) {
  for (const size_t eventsMax : {size_t{0}, size_t{2}}) {
    instance.out.eventsMax = eventsMax;
    for (int i = 0; i < 10; ++i) instance.in.NoteOn(i, 0, static_cast<int16_t>(i), 1);
    CHECK(Run(instance) == V3_OK && instance.out.events.size() <= eventsMax);
  }
  instance.out.eventsMax = SIZE_MAX;
  for (int block = 0; block < 100; ++block) CHECK(Run(instance) == V3_OK);
  CHECK(instance.out.events.empty());
  instance.in.NoteOff(5, 0, 60, 1);
  CHECK(Run(instance) == V3_OK && instance.out.events.size() == 1);
  for (int i = 0; i < 20000; ++i) instance.in.NoteOff(i % 256, 0, 60, 1);  // more than anyone means
  CHECK(Run(instance) == V3_OK && instance.out.events.size() >= 1000);
  while (Run(instance) == V3_OK && !instance.out.events.empty()) {
  }
}

void PassesInBypass(Vst3Instance& instance) {
  instance.Point(kParamBypass, 0, 1);
  instance.in.NoteOn(33, 0, 60, 1);
  CHECK(Run(instance) == V3_OK && instance.out.events.size() == 1);
  CHECK(instance.out.events[0].sample_offset == 33);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  Vst3Instance instance(module);
  CHECK(instance.Activate());
  MergesInOrder(instance);
  KeepsEveryValue(instance);
  PassesOver(instance);
  PassesSysEx(instance);
  BearsFullHost(instance);
  PassesInBypass(instance);
  return 0;
}
