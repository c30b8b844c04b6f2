// One block: the host's events and buffers to the shim, and back.
#include <algorithm>

#include "plugin/adapter/event-batch.h"
#include "plugin/clap/events.h"
#include "plugin/clap/plugin-instance.h"
#include "plugin/shim/parameters.h"

namespace jambridge::clap {

clap_process_status PluginInstance::Process(const clap_process_t& block) {
  if (!active_ || !BuffersFit(block)) return CLAP_PROCESS_ERROR;
  const Transport transport = ReadTransport(block.transport, sampleRate_);
  input_.Clear();
  ReadEvents(block.in_events, input_);
  input_.Sort(block.frames_count);

  ProcessArgs args{};
  if (block.frames_count > 0) {
    args.in = block.audio_inputs[0].data32;
    args.out = block.audio_outputs[0].data32;
    args.channelsIn = args.channelsOut = channels_;
  }
  args.frames = block.frames_count;
  args.events = input_.events();
  args.eventCount = input_.count();
  args.transport = &transport;
  args.offline = offline_.load(std::memory_order_relaxed);

  output_ = block.out_events;
  outputBytes_.Clear();
  lastOffset_ = sentCount_ = 0;
  inBlock_ = true;
  core_.ProcessBlock(args);
  inBlock_ = false;
  output_ = nullptr;

  WriteStatus(block.out_events, args.frames > 0 ? args.frames - 1 : 0);
  if (args.frames > 0) block.audio_outputs[0].constant_mask = 0;
  return CLAP_PROCESS_CONTINUE;  // never sleep: each block drives the engine's clock
}

// A wrong count of ports or channels is refused; only a flush (no frames) may come without buffers.
bool PluginInstance::BuffersFit(const clap_process_t& block) const {
  if (block.frames_count == 0) return true;
  if (block.audio_inputs_count < 1 || block.audio_outputs_count < 1) return false;
  if (block.audio_inputs == nullptr || block.audio_outputs == nullptr) return false;
  const clap_audio_buffer_t& in = block.audio_inputs[0];
  const clap_audio_buffer_t& out = block.audio_outputs[0];
  return in.channel_count == channels_ && out.channel_count == channels_ && in.data32 != nullptr &&
         out.data32 != nullptr;
}

bool PluginInstance::SendMidiMsg(const MidiEvent& event) {
  if (!inBlock_ || event.data == nullptr || event.size == 0) return false;
  const uint8_t* bytes = event.data;
  if (IsLongMidi(event.data, event.size)) {
    if (event.size > outputBytes_.capacityBytes()) return true;  // would never fit: let it go
    bytes = outputBytes_.Copy(event.data, event.size);
    if (bytes == nullptr) return false;
  }
  lastOffset_ = std::max(lastOffset_, event.offset);
  // A list that is full takes more in the next block; one that refuses its first event always will.
  const bool sent = WriteMidi(output_, lastOffset_, bytes, event.size) || sentCount_ == 0;
  sentCount_ += sent ? 1 : 0;
  return sent;
}

void PluginInstance::Flush(const clap_input_events_t* in, const clap_output_events_t* out) {
  const uint32_t count = in != nullptr && in->size != nullptr && in->get != nullptr ? in->size(in) : 0;
  for (uint32_t i = 0; i < count; ++i) {
    const clap_event_header_t* header = in->get(in, i);
    uint32_t param = 0;
    double plain = 0;
    if (header != nullptr && ReadParam(*header, param, plain)) core_.SetParam(param, plain);
  }
  lastOffset_ = 0;
  WriteStatus(out, 0);
}

void PluginInstance::WriteStatus(const clap_output_events_t* out, uint32_t offset) {
  const double status = core_.GetParam(kParamStatus);
  if (status == statusSent_) return;
  statusSent_ = status;
  WriteParam(out, std::max(offset, lastOffset_), kParamStatus, status);
}

}  // namespace jambridge::clap
