// JamBridge.clap behind the face that the tests of all formats share.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "clap/ext/state.h"
#include "plugin/shim/plugin.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/formats/face.h"

namespace jambridge::test {

using FaceModule = ClapModule;
inline constexpr bool kRefusesWrongBuffers = true;

class Face {
 public:
  explicit Face(const ClapModule& module) : instance_(module, host_) {}

  bool Arrange(uint32_t channelsIn, uint32_t channelsOut) {
    const auto* ports =
        instance_.Extension<clap::PluginConfigurableAudioPorts>(clap::kExtConfigurableAudioPorts);
    const clap::AudioPortRequest requests[] = {{true, 0, channelsIn, nullptr, nullptr},
                                               {false, 0, channelsOut, nullptr, nullptr}};
    return ports->apply_configuration(instance_.plugin, requests, 2);
  }
  bool Activate(double sampleRate, uint32_t blockFramesMax, bool offline = false) {
    const auto* render = instance_.Extension<clap::PluginRender>(clap::kExtRender);
    render->set(instance_.plugin, offline ? clap::kRenderOffline : clap::kRenderRealtime);
    sampleRate_ = sampleRate;
    return instance_.Activate(sampleRate, blockFramesMax);
  }
  void Deactivate() { instance_.Deactivate(); }

  bool Process(float** in, uint32_t channelsIn, float** out, uint32_t channelsOut, uint32_t frames) {
    clap_audio_buffer_t input{};
    clap_audio_buffer_t output{};
    input.data32 = in;
    output.data32 = out;
    input.channel_count = channelsIn;
    output.channel_count = channelsOut;
    clap_process_t block{};
    block.steady_time = -1;
    block.frames_count = frames;
    block.transport = song_ ? &transport_ : nullptr;
    block.audio_inputs = &input;
    block.audio_outputs = &output;
    block.audio_inputs_count = channelsIn > 0 ? 1 : 0;
    block.audio_outputs_count = channelsOut > 0 ? 1 : 0;
    instance_.out.Clear();
    block.in_events = instance_.in.list();
    block.out_events = instance_.out.list();
    const clap_process_status status = instance_.plugin->process(instance_.plugin, &block);
    instance_.in.Clear();
    return status == CLAP_PROCESS_CONTINUE;
  }
  bool Process(Planar& in, Planar& out, uint32_t frames) {
    return Process(in.pointers(), in.channels(), out.pointers(), out.channels(), frames);
  }
  /// A flush: no frames, no buffers.
  bool Flush() { return Process(nullptr, 0, nullptr, 0, 0); }

  void Point(uint32_t id, uint32_t offset, double plain) { instance_.in.Param(offset, id, plain); }
  void Midi(uint32_t offset, uint8_t status, uint8_t first, uint8_t second) {
    instance_.in.Midi(offset, status, first, second);
  }
  void Express(uint32_t offset, Expression what, int32_t noteId, int channel, int key, double value) {
    clap_event_note_expression_t event{};
    event.header = {0, offset, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_NOTE_EXPRESSION, 0};
    event.expression_id = static_cast<clap_note_expression>(what);
    event.note_id = noteId;
    event.port_index = -1;
    event.channel = static_cast<int16_t>(channel);
    event.key = static_cast<int16_t>(key);
    event.value = value;
    instance_.in.Push(event);
  }
  void NoteOn(uint32_t offset, int channel, int key, int32_t noteId) {
    clap_event_note_t event{};
    event.header = {0, offset, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_NOTE_ON, 0};
    event.note_id = noteId;
    event.channel = static_cast<int16_t>(channel);
    event.key = static_cast<int16_t>(key);
    event.velocity = 1;
    instance_.in.Push(event);
  }
  void NoteOff(uint32_t offset, int channel, int key) {
    instance_.in.Note(offset, CLAP_EVENT_NOTE_OFF, static_cast<int16_t>(channel), static_cast<int16_t>(key),
                      0);
  }
  std::vector<FaceMidi> Sent() const {
    std::vector<FaceMidi> sent;
    for (const ClapEventsOut::Event& event : instance_.out.OfType(CLAP_EVENT_MIDI)) {
      sent.push_back({event.time, event.bytes});
    }
    return sent;
  }

  /// Where the song is in the next block; a host that rolls.
  void Roll(int64_t songFrame) {
    song_ = true;
    transport_.header = {sizeof transport_, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
    transport_.flags = CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE;
    transport_.song_pos_seconds =
        std::llround(static_cast<double>(songFrame) / sampleRate_ * static_cast<double>(CLAP_SECTIME_FACTOR));
  }

  std::string Save(size_t pieceMax) const {
    Bytes saved{{}, pieceMax};
    const clap_ostream_t stream{&saved, [](const clap_ostream_t* self, const void* data, uint64_t size) {
                                  auto& to = *static_cast<Bytes*>(self->ctx);
                                  const size_t taken = std::min<size_t>(size, to.pieceMax);
                                  to.text.append(static_cast<const char*>(data), taken);
                                  return static_cast<int64_t>(taken);
                                }};
    return State()->save(instance_.plugin, &stream) ? saved.text : "";
  }
  bool Load(const std::string& text, size_t pieceMax) {
    Bytes saved{text, pieceMax};
    const clap_istream_t stream{&saved, [](const clap_istream_t* self, void* data, uint64_t size) {
                                  auto& from = *static_cast<Bytes*>(self->ctx);
                                  const size_t given = from.text.copy(static_cast<char*>(data),
                                                                      std::min<size_t>(size, from.pieceMax));
                                  from.text.erase(0, given);
                                  return static_cast<int64_t>(given);
                                }};
    return State()->load(instance_.plugin, &stream);
  }

  double Plain(uint32_t id) const { return instance_.Param(id); }
  uint32_t Latency() const {
    return instance_.Extension<clap_plugin_latency_t>(CLAP_EXT_LATENCY)->get(instance_.plugin);
  }
  uint32_t Tail() const {
    return instance_.Extension<clap::PluginTail>(clap::kExtTail)->get(instance_.plugin);
  }
  /// Parameters while inactive.
  void Set(uint32_t id, double plain) {
    instance_.in.Param(0, id, plain);
    const auto* params = instance_.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
    params->flush(instance_.plugin, instance_.in.list(), instance_.out.list());
    instance_.in.Clear();
  }
  /// What a host does when it is asked to: true if it was.
  bool RestartIfAsked(double sampleRate, uint32_t blockFramesMax) {
    if (host_.callbacks.exchange(0) > 0) instance_.plugin->on_main_thread(instance_.plugin);
    if (host_.restarts.exchange(0) == 0) return false;
    Deactivate();
    return Activate(sampleRate, blockFramesMax);
  }

 private:
  struct Bytes {
    std::string text;
    size_t pieceMax;
  };
  const clap_plugin_state_t* State() const {
    return instance_.Extension<clap_plugin_state_t>(CLAP_EXT_STATE);
  }

  ClapHost host_;
  ClapInstance instance_;
  double sampleRate_ = 48000;
  bool song_ = false;
  clap_event_transport_t transport_{};
};

}  // namespace jambridge::test
