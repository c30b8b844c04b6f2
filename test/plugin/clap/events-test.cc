// MIDI through the plugin: order, offsets, dialects, SysEx, a full host. argv[1]: JamBridge.clap
#include <algorithm>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

using Bytes = std::vector<uint8_t>;

clap_process_status Run(ClapInstance& instance, uint32_t frames = 256) {
  Planar buffers(2, frames);
  return instance.Process(buffers, buffers, frames);
}

void PassesInOrder(ClapInstance& instance) {
  instance.in.Midi(90, 0x90, 62, 3);  // out of order, as careless hosts do
  instance.in.Midi(10, 0x90, 60, 1);
  instance.in.Midi(10, 0xB0, 7, 99);
  instance.in.Midi(50, 0x80, 60, 0);
  instance.in.Midi(4000, 0xE0, 1, 2);  // past the block: its last frame
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE);
  const auto& out = instance.out.events;
  CHECK(out.size() == 5);
  const uint32_t times[] = {10, 10, 50, 90, 255};
  for (size_t i = 0; i < out.size(); ++i) CHECK(out[i].time == times[i] && out[i].type == CLAP_EVENT_MIDI);
  CHECK((out[0].bytes == Bytes{0x90, 60, 1}) && (out[1].bytes == Bytes{0xB0, 7, 99}));
  CHECK((out[2].bytes == Bytes{0x80, 60, 0}) && (out[3].bytes == Bytes{0x90, 62, 3}));
}

void KeepsEqualsInOrder(ClapInstance& instance) {
  Random random(5);
  for (int block = 0; block < 50; ++block) {
    std::vector<std::pair<uint32_t, uint8_t>> sent;
    for (uint32_t i = 0; i < 120; ++i) {
      const uint32_t time = random.Below(8);
      instance.in.Midi(time, 0xB0, 1, static_cast<uint8_t>(i));
      sent.emplace_back(time, static_cast<uint8_t>(i));
    }
    std::stable_sort(sent.begin(), sent.end(), [](auto& a, auto& b) { return a.first < b.first; });
    CHECK(Run(instance, 64) == CLAP_PROCESS_CONTINUE && instance.out.events.size() == sent.size());
    for (size_t i = 0; i < sent.size(); ++i) {
      CHECK(instance.out.events[i].time == sent[i].first);
      CHECK(instance.out.events[i].bytes[2] == sent[i].second);
    }
  }
}

void SpeaksClapNotes(ClapInstance& instance) {
  instance.in.Note(1, CLAP_EVENT_NOTE_ON, 2, 64, 0.5);
  instance.in.Note(2, CLAP_EVENT_NOTE_ON, 2, 65, 0);  // a real note, if a silent one
  instance.in.Note(3, CLAP_EVENT_NOTE_OFF, 2, 64, 1);
  instance.in.Note(4, CLAP_EVENT_NOTE_CHOKE, 2, 65, 0.7);
  instance.in.Note(5, CLAP_EVENT_NOTE_OFF, 3, -1, 0);  // all keys of a channel
  instance.in.Note(6, CLAP_EVENT_NOTE_ON, -1, 64, 1);  // no such note
  instance.in.Note(7, CLAP_EVENT_NOTE_ON, 16, 64, 1);  // no such channel
  instance.in.Note(8, CLAP_EVENT_NOTE_ON, 0, 128, 1);  // no such key
  clap_event_note_expression_t pressure{};
  pressure.header = {0, 9, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_NOTE_EXPRESSION, 0};
  pressure.expression_id = CLAP_NOTE_EXPRESSION_PRESSURE;
  pressure.channel = 2;
  pressure.key = 64;
  pressure.value = 1;
  instance.in.Push(pressure);
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE);
  const auto& out = instance.out.events;
  CHECK(out.size() == 6);
  const Bytes expected[] = {{0x92, 64, 64}, {0x92, 65, 1},  {0x82, 64, 127},
                            {0x82, 65, 0},  {0xB3, 123, 0}, {0xA2, 64, 127}};
  for (size_t i = 0; i < out.size(); ++i) CHECK(out[i].bytes == expected[i]);
  instance.in.Note(0, CLAP_EVENT_NOTE_CHOKE, -1, -1, 0);
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() == 16);
  clap_event_note_t byNumber{};  // a note may be ended by the host's number for it alone
  byNumber.header = {0, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_NOTE_ON, 0};
  byNumber.note_id = 77;
  byNumber.channel = 5;
  byNumber.key = 50;
  byNumber.velocity = 1;
  instance.in.Push(byNumber);
  byNumber.header.type = CLAP_EVENT_NOTE_OFF;
  byNumber.header.time = 10;
  byNumber.channel = byNumber.key = -1;
  byNumber.velocity = 0;
  instance.in.Push(byNumber);
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() == 2);
  CHECK((instance.out.events[1].bytes == Bytes{0x85, 50, 0}));
}

void PassesOver(ClapInstance& instance) {
  instance.in.Midi(0, 0x45, 1, 2);  // no status byte
  instance.in.Midi(0, 0xF7, 1, 2);  // the end of a SysEx that never began
  clap_event_midi_t foreign{};
  foreign.header = {0, 0, 5, CLAP_EVENT_MIDI, 0};
  foreign.data[0] = 0x90;
  instance.in.Push(foreign);
  instance.in.SysEx(0, {});
  clap_event_header_t tiny{0, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI, 0};
  struct Tiny {
    clap_event_header_t header;
  };
  instance.in.Push(Tiny{tiny});  // claims to be MIDI, is only a header
  tiny.type = 999;
  instance.in.Push(Tiny{tiny});
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.empty());
}

Bytes MakeSysEx(Random& random, uint32_t bytes) {
  Bytes message(bytes);
  for (uint8_t& byte : message) byte = static_cast<uint8_t>(random.Below(128));
  message.front() = 0xF0;
  message.back() = 0xF7;
  return message;
}

void PassesSysEx(ClapInstance& instance) {
  Random random(6);
  for (const uint32_t bytes : {3U, 4U, 5U, 1000U, 1025U, 65536U}) {
    const Bytes message = MakeSysEx(random, bytes);
    instance.in.Midi(9, 0x90, 1, 1);
    instance.in.SysEx(10, message);
    instance.in.Midi(11, 0x80, 1, 1);
    CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() == 3);
    const auto& event = instance.out.events[1];
    CHECK(event.type == CLAP_EVENT_MIDI_SYSEX && event.time == 10 && event.sysExBytes == bytes);
    CHECK(std::equal(message.begin(), message.end(), event.sysEx));
  }
  const Bytes bare = {0x7D, 1, 2, 3};  // some hosts leave the frame out
  instance.in.SysEx(3, bare);
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() == 1);
  const auto& event = instance.out.events[0];
  const Bytes framed = {0xF0, 0x7D, 1, 2, 3, 0xF7};
  CHECK(event.sysExBytes == framed.size() && std::equal(framed.begin(), framed.end(), event.sysEx));
}

void BearsFullHost(ClapInstance& instance) {
  Random random(8);
  for (const size_t eventsMax : {size_t{0}, size_t{2}}) {
    instance.out.eventsMax = eventsMax;
    for (int i = 0; i < 10; ++i) instance.in.Midi(static_cast<uint32_t>(i), 0xB0, 1, static_cast<uint8_t>(i));
    const Bytes message = MakeSysEx(random, 300);
    instance.in.SysEx(20, message);
    CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() <= eventsMax);
  }
  instance.out.eventsMax = SIZE_MAX;
  for (int block = 0; block < 100; ++block) CHECK(Run(instance) == CLAP_PROCESS_CONTINUE);
  instance.in.Midi(5, 0xB0, 1, 77);
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE);
  CHECK(instance.out.events.size() == 1 && (instance.out.events[0].bytes == Bytes{0xB0, 1, 77}));
  for (uint32_t i = 0; i < 20000; ++i) instance.in.Midi(i % 256, 0xB0, 2, 3);  // more than anyone means
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() >= 1000);
  while (Run(instance) == CLAP_PROCESS_CONTINUE && !instance.out.events.empty()) {
  }
}

void PassesInBypass(ClapInstance& instance) {
  instance.in.Param(0, kParamBypass, 1);
  instance.in.Midi(33, 0x90, 60, 100);
  CHECK(Run(instance) == CLAP_PROCESS_CONTINUE && instance.out.events.size() == 1);
  CHECK(instance.out.events[0].time == 33);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  ClapHost host;
  ClapInstance instance(module, host);
  CHECK(instance.Activate());
  PassesInOrder(instance);
  KeepsEqualsInOrder(instance);
  SpeaksClapNotes(instance);
  PassesOver(instance);
  PassesSysEx(instance);
  BearsFullHost(instance);
  PassesInBypass(instance);
  return 0;
}
