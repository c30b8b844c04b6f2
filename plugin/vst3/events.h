// Between VST3's event lists and parameter queues and the shim's one list of events.
#pragma once

#include <cstdint>

#include "plugin/adapter/byte-arena.h"
#include "plugin/adapter/event-batch.h"
#include "plugin/shim/plugin.h"
#include "travesty/audio_processor.h"
#include "travesty/events.h"

namespace jambridge::vst3 {

/// Adds notes, poly pressure and SysEx. [audio-thread]
void ReadEvents(v3_event_list** from, EventBatch& to);

/// Adds every point of every queue, controllers as MIDI. [audio-thread]
void ReadParameterPoints(v3_param_changes** from, EventBatch& to);

/// The host's process context, which may be null. [audio-thread]
Transport ReadTransport(const v3_process_context* from);

/// Hands one message to the host; false if it has no room now. What VST3 can not say is dropped.
/// SysEx bytes must outlive the block. [audio-thread]
bool WriteMidi(v3_event_list** to, uint32_t offset, const uint8_t* data, uint32_t sizeBytes);

/// Adds one point to an output parameter. [audio-thread]
void WriteParameterPoint(v3_param_changes** to, v3_param_id id, uint32_t offset, double normalized);

}  // namespace jambridge::vst3
