// The event lists that process() takes and gives, in CLAP's shape.
//
// Owner: ClapInstance. Written and read by [audio-thread] only (by [main-thread] while inactive).
#pragma once

#include <span>
#include <vector>

#include "clap/events.h"
#include "plugin/host/plugin-instance.h"

namespace jambridge::host {

/** What the plugin's note input understands; kClapNotes: only notes get through. */
enum class NoteDialect { kNone, kClapNotes, kMidi };

/** MIDI and parameter events of one block, merged by offset; parameters first at equal offsets. */
class ClapInputEvents {
 public:
  ClapInputEvents();
  /** Returns how many messages the dialect has no form for. */
  uint64_t Fill(std::span<const MidiIn> midi, std::span<const ParameterIn> parameters, NoteDialect dialect);
  const clap_input_events_t* list() const { return &list_; }

 private:
  union Event {
    clap_event_header_t header;
    clap_event_midi_t midi;
    clap_event_midi_sysex_t sysex;
    clap_event_note_t note;
    clap_event_param_value_t parameter;
  };
  bool AddMidi(const MidiIn& in, NoteDialect dialect);
  void AddParameter(const ParameterIn& in);

  std::vector<Event> events_;
  clap_input_events_t list_;
};

/** Copies what the plugin pushes; checks its manners; hands MIDI on in order. */
class ClapOutputEvents {
 public:
  ClapOutputEvents();
  void Begin(uint32_t frames) {
    frames_ = frames;
    lastOffset_ = 0;
    misplaced_ = 0;
    messages_.clear();
    bytes_.clear();
  }
  /** Gives the messages to `sink`; returns how many events were misplaced. */
  uint64_t Deliver(MidiOutSink* sink);
  const clap_output_events_t* list() const { return &list_; }

 private:
  struct Message {
    uint32_t offset;
    uint32_t start;
    uint32_t size;
  };
  bool Push(const clap_event_header_t* header);
  void Add(uint32_t offset, const uint8_t* data, uint32_t size);

  uint32_t frames_ = 0;
  uint32_t lastOffset_ = 0;
  uint64_t misplaced_ = 0;
  std::vector<Message> messages_;
  std::vector<uint8_t> bytes_;
  clap_output_events_t list_;
};

}  // namespace jambridge::host
