// MIDI to VST3 events and back. VST3 has no MIDI input: notes, polyphonic pressure and SysEx are
// events; controllers, channel pressure, bend and program changes are parameters that the plugin
// names through IMidiMapping.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "plugin/host/plugin-instance.h"
#include "plugin/host/vst3-events.h"
#include "travesty/edit_controller.h"

namespace jambridge::host {

/** Controller numbers beyond MIDI's 0..127 (Steinberg's ControllerNumbers). */
enum Vst3Controller : uint8_t {
  kVst3ChannelPressure = 128,
  kVst3PitchBend = 129,
  kVst3ProgramChange = 130,
  kVst3PolyPressure = 131,
  kVst3QuarterFrame = 132,
  kVst3ControllerCount = 133,
};

class Vst3MidiMap {
 public:
  /** Asks the plugin once for all its assignments. Null: it maps none. [main-thread] */
  void Read(v3_midi_mapping** mapping);
  /** False: there is no way in for this message. [audio-thread] */
  bool Translate(const MidiIn& in, Vst3EventList& events, Vst3ParameterChanges& changes) const;

 private:
  struct Target {
    bool mapped = false;
    v3_param_id id = 0;
  };
  bool AddController(uint8_t channel, uint8_t controller, double value, uint32_t offset,
                     Vst3ParameterChanges& changes) const;
  std::array<std::array<Target, kVst3ControllerCount>, 16> targets_{};
};

/** Gives the plugin's events to `sink` as MIDI, in order; returns how many were misplaced. [audio-thread] */
uint64_t DeliverVst3Events(std::vector<v3_event>& events, uint32_t frames, MidiOutSink* sink);

}  // namespace jambridge::host
