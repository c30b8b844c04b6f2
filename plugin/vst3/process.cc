// One block: the host's lists and buffers to the shim, and back.
#include <algorithm>
#include <cstring>

#include "plugin/adapter/event-batch.h"
#include "plugin/shim/parameters.h"
#include "plugin/vst3/events.h"
#include "plugin/vst3/instance.h"
#include "plugin/vst3/parameter-ids.h"

namespace jambridge::vst3 {
namespace {

uint32_t LastFrame(const v3_process_data& data) {
  return data.nframes > 0 ? static_cast<uint32_t>(data.nframes) - 1 : 0;
}

// The main bus's buffers, or none.
v3_audio_bus_buffers* MainBus(v3_audio_bus_buffers* buses, int32_t count) {
  if (buses == nullptr || count < 1 || buses[0].channel_buffers_32 == nullptr) return nullptr;
  return buses[0].num_channels > 0 ? &buses[0] : nullptr;
}

}  // namespace

v3_result Instance::process(v3_process_data* data) {
  if (data == nullptr || data->nframes < 0) return V3_INVALID_ARG;
  if (data->nframes > 0 && data->symbolic_sample_size != V3_SAMPLE_32) return V3_INVALID_ARG;
  if (!active_) {  // a host's mistake: nothing is reserved yet
    FinishOutput(*data, 0);
    return V3_NOT_INITIALIZED;
  }
  ReadInput(*data, static_cast<uint32_t>(data->nframes));
  const Transport transport = ReadTransport(data->ctx);
  ProcessArgs args = MakeArgs(*data);
  args.transport = data->ctx != nullptr ? &transport : nullptr;
  offline_.store(args.offline, std::memory_order_relaxed);
  output_ = data->output_events;
  outputBytes_.Clear();
  sentCount_ = 0;
  inBlock_ = true;
  if (gate_.Enter()) {
    core_.ProcessBlock(args);
    gate_.Leave();
  } else {
    PassBy(args);
  }
  inBlock_ = false;
  output_ = nullptr;
  FinishOutput(*data, args.channelsOut);
  WriteOutputParameters(*data);
  return V3_OK;
}

// A block without the core, for the moment of its restart: sound and MIDI pass, parameters are set.
void Instance::PassBy(const ProcessArgs& args) {
  for (uint32_t i = 0; i < args.eventCount; ++i) {
    const InputEvent& event = args.events[i];
    if (event.kind == InputEvent::kParam) {
      core_.SetParam(event.param, event.value);
    } else {
      SendMidiMsg({event.offset, event.size, event.data != nullptr ? event.data : event.small});
    }
  }
  for (uint32_t channel = 0; channel < args.channelsOut; ++channel) {
    float* out = args.out[channel];
    if (out == nullptr || out == args.in[channel]) continue;
    if (args.in[channel] != nullptr) {
      std::memmove(out, args.in[channel], args.frames * sizeof(float));
    } else {
      std::fill_n(out, args.frames, 0.0F);
    }
  }
}

void Instance::ReadInput(const v3_process_data& data, uint32_t frames) {
  input_.Clear();
  ReadEvents(data.input_events, input_);
  ReadParameterPoints(data.input_params, input_);
  input_.Sort(frames);
  MirrorParameters();
}

// Automation moves the knobs: the controller half shows what the processor half was given.
void Instance::MirrorParameters() {
  for (uint32_t i = 0; i < input_.count(); ++i) {
    const InputEvent& event = input_.events()[i];
    if (event.kind != InputEvent::kParam) continue;
    shown_[event.param].store(NormalizeParam(event.param, event.value), std::memory_order_relaxed);
  }
}

// Hosts give more or fewer channels than agreed, null channels, no bus: a missing one is null here,
// and the shim takes null as silence to read and as nothing to write.
ProcessArgs Instance::MakeArgs(const v3_process_data& data) {
  in_.fill(nullptr);
  out_.fill(nullptr);
  ProcessArgs args{};
  args.channelsIn = ChannelsOf(speakersIn_);
  args.channelsOut = ChannelsOf(speakersOut_);
  if (const v3_audio_bus_buffers* bus = MainBus(data.inputs, data.num_input_buses)) {
    std::copy_n(bus->channel_buffers_32, std::min<size_t>(bus->num_channels, args.channelsIn), in_.begin());
  }
  if (const v3_audio_bus_buffers* bus = MainBus(data.outputs, data.num_output_buses)) {
    std::copy_n(bus->channel_buffers_32, std::min<size_t>(bus->num_channels, args.channelsOut), out_.begin());
  }
  args.in = in_.data();
  args.out = out_.data();
  args.frames = static_cast<uint32_t>(data.nframes);
  args.events = input_.events();
  args.eventCount = input_.count();
  args.offline = data.process_mode == V3_OFFLINE || setup_.process_mode == V3_OFFLINE;
  return args;
}

// Output channels that nobody wrote are silent, not old.
void Instance::FinishOutput(const v3_process_data& data, uint32_t channelsProcessed) {
  for (int32_t bus = 0; data.outputs != nullptr && bus < data.num_output_buses; ++bus) {
    v3_audio_bus_buffers& buffers = data.outputs[bus];
    buffers.channel_silence_bitset = 0;
    if (buffers.channel_buffers_32 == nullptr) continue;
    for (int32_t channel = bus == 0 ? static_cast<int32_t>(channelsProcessed) : 0;
         channel < buffers.num_channels; ++channel) {
      float* samples = buffers.channel_buffers_32[channel];
      if (samples != nullptr) std::fill_n(samples, data.nframes, 0.0F);
    }
  }
}

void Instance::WriteOutputParameters(const v3_process_data& data) {
  for (const ParamDef& def : Params()) {
    if ((def.flags & kParamReadOnly) == 0) continue;
    const double value = core_.GetParam(def.id);
    if (value == sent_[def.id]) continue;
    sent_[def.id] = value;
    WriteParameterPoint(data.output_params, def.id, LastFrame(data), NormalizeParam(def.id, value));
  }
  const uint32_t changes = latency_.changes();
  if (changes != latencyChangesReported_) {
    latencyChangesReported_ = changes;
    WriteParameterPoint(data.output_params, kLatencyReportId, LastFrame(data), LatencyReportValue(changes));
  }
}

bool Instance::SendMidiMsg(const MidiEvent& event) {
  if (!inBlock_ || event.data == nullptr || event.size == 0) return false;
  const uint8_t* bytes = event.data;
  if (IsLongMidi(event.data, event.size)) {
    if (event.size > outputBytes_.capacityBytes()) return true;  // would never fit: let it go
    bytes = outputBytes_.Copy(event.data, event.size);
    if (bytes == nullptr) return false;
  }
  // A list that is full takes more in the next block; one that refuses its first event always will.
  const bool sent = WriteMidi(output_, event.offset, bytes, event.size) || sentCount_ == 0;
  sentCount_ += sent ? 1 : 0;
  return sent;
}

void Instance::LatencyChanged() { latency_.NoteChange(); }

}  // namespace jambridge::vst3
