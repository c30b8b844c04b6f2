// One block: the host's events and buffers to the shim, and back.
#include <algorithm>

#include "plugin/adapter/event-batch.h"
#include "plugin/clap/events.h"
#include "plugin/clap/plugin-instance.h"
#include "plugin/shim/parameters.h"

namespace jambridge::clap {
namespace {

bool PortFits(const clap_audio_buffer_t* ports, uint32_t count, uint32_t channels) {
  if (channels == 0) return true;
  return ports != nullptr && count >= 1 && ports[0].channel_count == channels && ports[0].data32 != nullptr;
}

}  // namespace

clap_process_status PluginInstance::Process(const clap_process_t& block) {
  if (!active_ || !BuffersFit(block)) return CLAP_PROCESS_ERROR;
  const Transport transport = ReadTransport(block.transport, sampleRate_);
  input_.Clear();
  ReadEvents(block.in_events, input_);
  input_.Sort(block.frames_count);

  ProcessArgs args{};
  if (block.frames_count > 0) {
    args.channelsIn = layout_.channelsIn;
    args.channelsOut = layout_.channelsOut;
    if (args.channelsIn > 0) args.in = block.audio_inputs[0].data32;
    if (args.channelsOut > 0) args.out = block.audio_outputs[0].data32;
  }
  args.frames = block.frames_count;
  args.events = input_.events();
  args.eventCount = input_.count();
  args.transport = &transport;
  args.offline = offline_.load(std::memory_order_relaxed);

  output_ = block.out_events;
  transport_ = block.transport;
  outputBytes_.Clear();
  lastOffset_ = sentCount_ = 0;
  inBlock_ = true;
  core_.ProcessBlock(args);
  inBlock_ = false;
  output_ = nullptr;
  transport_ = nullptr;

  WriteReadOnly(block.out_events, args.frames > 0 ? args.frames - 1 : 0);
  TellTail();
  if (args.channelsOut > 0) block.audio_outputs[0].constant_mask = 0;
  return CLAP_PROCESS_CONTINUE;  // never sleep: each block drives the engine's clock
}

// A wrong count of ports or channels is refused; only a flush (no frames) may come without buffers.
bool PluginInstance::BuffersFit(const clap_process_t& block) const {
  if (block.frames_count == 0) return true;
  return PortFits(block.audio_inputs, block.audio_inputs_count, layout_.channelsIn) &&
         PortFits(block.audio_outputs, block.audio_outputs_count, layout_.channelsOut);
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
  WriteReadOnly(out, 0);
}

void PluginInstance::WriteReadOnly(const clap_output_events_t* out, uint32_t offset) {
  for (const ParamDef& def : Params()) {
    if ((def.flags & kParamReadOnly) == 0) continue;
    const double value = core_.GetParam(def.id);
    if (value == sent_[def.id]) continue;
    sent_[def.id] = value;
    WriteParam(out, std::max(offset, lastOffset_), def.id, value);
  }
}

void PluginInstance::TellTail() {
  const uint32_t tailFrames = core_.GetTail();
  if (tailFrames == tailTold_) return;
  tailTold_ = tailFrames;
  if (hostTail_ != nullptr && hostTail_->changed != nullptr) hostTail_->changed(host_);
}

void PluginInstance::FollowRemote(const RemoteMove& move) {
  if (!follower_.Note(move, transport_, sampleRate_)) return;
  if (host_->request_callback != nullptr) host_->request_callback(host_);
}

}  // namespace jambridge::clap
