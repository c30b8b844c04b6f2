// MIDI controllers as parameters: VST3 has no controller events into a plugin, so each channel and
// controller gets a parameter that the host maps its MIDI to (IMidiMapping).
//
// Their ids lie far from the real ones. They are hidden, never stored, and titled "MIDI CC <channel>|
// <controller>": Ardour leaves parameters of that name out of its own lists.
#pragma once

#include <cstdint>

#include "plugin/adapter/event-batch.h"
#include "travesty/base.h"

namespace jambridge::vst3 {

// VST3's controller numbers beyond MIDI's 0..127.
enum ControllerNumber : uint8_t {
  kControllerAfterTouch = 128,
  kControllerPitchBend = 129,
  kControllerProgramChange = 130,
  kControllerPolyPressure = 131,
  kControllerQuarterFrame = 132,
};

inline constexpr v3_param_id kControllerIdFirst = 0x20000;
inline constexpr uint32_t kControllersPerChannel = 131;  // up to program change
inline constexpr uint32_t kControllerIds = 16 * kControllersPerChannel;

constexpr bool IsControllerId(v3_param_id id) {
  return id >= kControllerIdFirst && id - kControllerIdFirst < kControllerIds;
}
constexpr uint8_t ChannelOfId(v3_param_id id) {
  return static_cast<uint8_t>((id - kControllerIdFirst) / kControllersPerChannel);
}
constexpr uint8_t ControllerOfId(v3_param_id id) {
  return static_cast<uint8_t>((id - kControllerIdFirst) % kControllersPerChannel);
}
constexpr v3_param_id ControllerId(uint32_t channel, uint32_t controller) {
  return kControllerIdFirst + channel * kControllersPerChannel + controller;
}

/// The controller's largest value: 16383 for pitch bend, else 127.
constexpr int ControllerMax(uint8_t controller) { return controller == kControllerPitchBend ? 16383 : 127; }

/// Adds the MIDI message that a point of such a parameter means. [audio-thread]
void AddControllerPoint(EventBatch& to, uint32_t offset, v3_param_id id, double normalized);

}  // namespace jambridge::vst3
