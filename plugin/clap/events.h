// Between CLAP's event lists and the shim's.
#pragma once

#include <cstdint>

#include "clap/events.h"
#include "plugin/adapter/event-batch.h"
#include "plugin/shim/plugin.h"

namespace jambridge::clap {

/// Adds every event the shim understands: notes, raw MIDI, SysEx, parameter values. Events of other
/// spaces, unknown types and wrong sizes are passed over. [audio-thread]
void ReadEvents(const clap_input_events_t* from, EventBatch& to);

/// Pushes one message as raw MIDI or SysEx, whose bytes must outlive the block; false if the host
/// has no room. Offsets may not fall. [audio-thread]
bool WriteMidi(const clap_output_events_t* to, uint32_t offset, const uint8_t* data, uint32_t sizeBytes);

/// Pushes one parameter value. [audio-thread]
void WriteParam(const clap_output_events_t* to, uint32_t offset, uint32_t param, double plain);

/// The plain value of a parameter event that is ours to take. [audio-thread]
bool ReadParam(const clap_event_header_t& header, uint32_t& param, double& plain);

/// The host's transport, null for a free-running host. [audio-thread]
Transport ReadTransport(const clap_event_transport_t* from, double sampleRate);

}  // namespace jambridge::clap
