// JamBridge.vst3 behind the face that the tests of all formats share.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "plugin/shim/plugin.h"
#include "plugin/vst3/expression-types.h"
#include "test/plugin/formats/face.h"
#include "test/plugin/vst3/vst3-host.h"

namespace jambridge::test {

using FaceModule = Vst3Module;
inline constexpr bool kRefusesWrongBuffers = false;  // VST3 hosts may give fewer or more, and do

class Face {
 public:
  explicit Face(const Vst3Module& module) : instance_(module) {
    v3_edit_controller** controller = instance_.controller;
    v3_cpp_obj(controller)->set_component_handler(controller, As<v3_component_handler>(handler_));
  }

  bool Arrange(uint32_t channelsIn, uint32_t channelsOut) {
    v3_speaker_arrangement in = (uint64_t{1} << channelsIn) - 1;
    v3_speaker_arrangement out = (uint64_t{1} << channelsOut) - 1;
    v3_audio_processor** processor = instance_.processor;
    return v3_cpp_obj(processor)->set_bus_arrangements(processor, &in, 1, &out, 1) == V3_TRUE;
  }
  bool Activate(double sampleRate, uint32_t blockFramesMax, bool offline = false) {
    sampleRate_ = sampleRate;
    return instance_.Activate(sampleRate, static_cast<int32_t>(blockFramesMax),
                              offline ? V3_OFFLINE : V3_REALTIME);
  }
  void Deactivate() { instance_.Deactivate(); }

  bool Process(float** in, uint32_t channelsIn, float** out, uint32_t channelsOut, uint32_t frames) {
    v3_audio_bus_buffers input{static_cast<int32_t>(channelsIn), 0, {in}};
    v3_audio_bus_buffers output{static_cast<int32_t>(channelsOut), 0, {out}};
    instance_.context = song_ ? &context_ : nullptr;
    return instance_.Process(channelsIn > 0 ? &input : nullptr, channelsOut > 0 ? &output : nullptr,
                             static_cast<int32_t>(frames)) == V3_OK;
  }
  bool Process(Planar& in, Planar& out, uint32_t frames) {
    return Process(in.pointers(), in.channels(), out.pointers(), out.channels(), frames);
  }
  bool Flush() { return instance_.Process(nullptr, nullptr, 0) == V3_OK; }

  void Point(uint32_t id, uint32_t offset, double plain) {
    instance_.Point(id, static_cast<int32_t>(offset), plain);
  }
  /// Controllers come as parameters, which the host finds by IMidiMapping.
  void Midi(uint32_t offset, uint8_t status, uint8_t first, uint8_t second) {
    const auto channel = static_cast<int16_t>(status & 15);
    const auto at = static_cast<int32_t>(offset);
    if ((status & 0xF0) == 0x90)
      return instance_.in.NoteOn(at, channel, first, static_cast<float>(second) / 127);
    if ((status & 0xF0) == 0x80)
      return instance_.in.NoteOff(at, channel, first, static_cast<float>(second) / 127);
    v3_param_id id = 0;
    v3_midi_mapping** mapping = instance_.mapping;
    v3_cpp_obj(mapping)->get_midi_controller_assignment(mapping, 0, channel, first, &id);
    instance_.changesIn.Add(id, at, second / 127.0);
  }
  void Express(uint32_t offset, Expression what, int32_t noteId, int channel, int key, double value) {
    const auto at = static_cast<int32_t>(offset);
    if (what == Expression::kPressure) {
      instance_.in.Add(at, V3_EVENT_POLY_PRESSURE).poly_pressure = {
          static_cast<int16_t>(channel), static_cast<int16_t>(key), static_cast<float>(value), noteId};
      return;
    }
    const auto type = static_cast<uint32_t>(what);
    instance_.in.Add(at, V3_EVENT_NOTE_EXP_VALUE).note_exp_value = {type, noteId,
                                                                    vst3::NormalizedExpression(type, value)};
  }
  void NoteOn(uint32_t offset, int channel, int key, int32_t noteId) {
    instance_.in.Add(static_cast<int32_t>(offset), V3_EVENT_NOTE_ON).note_on = {
        static_cast<int16_t>(channel), static_cast<int16_t>(key), 0, 1, 0, noteId};
  }
  void NoteOff(uint32_t offset, int channel, int key) {
    instance_.in.NoteOff(static_cast<int32_t>(offset), static_cast<int16_t>(channel),
                         static_cast<int16_t>(key), 0);
  }
  std::vector<FaceMidi> Sent() const {
    std::vector<FaceMidi> sent;
    for (const v3_event& event : instance_.out.events) {
      sent.push_back({static_cast<uint32_t>(event.sample_offset), BytesOf(event)});
    }
    return sent;
  }

  void Roll(int64_t songFrame) {
    song_ = true;
    context_ = {};
    context_.state = V3_PROCESS_CTX_PLAYING;
    context_.sample_rate = sampleRate_;
    context_.project_time_in_samples = songFrame;
  }

  std::string Save(size_t pieceMax) {
    Stream stream;
    stream.pieceMax = pieceMax;
    v3_component** component = instance_.component;
    return v3_cpp_obj(component)->get_state(component, As<v3_bstream>(stream)) == V3_OK ? stream.bytes : "";
  }
  bool Load(const std::string& text, size_t pieceMax) {
    Stream stream;
    stream.bytes = text;
    stream.pieceMax = pieceMax;
    v3_component** component = instance_.component;
    return v3_cpp_obj(component)->set_state(component, As<v3_bstream>(stream)) == V3_OK;
  }

  double Plain(uint32_t id) const { return instance_.Plain(id); }
  uint32_t Latency() const { return instance_.Latency(); }
  uint32_t Tail() const { return v3_cpp_obj(instance_.processor)->get_tail_samples(instance_.processor); }
  void Set(uint32_t id, double plain) { instance_.SetPlain(id, plain); }
  bool RestartIfAsked(double sampleRate, uint32_t blockFramesMax) {
    // As hosts do: what the plugin reports goes back to it on the main thread.
    if (const ValueQueue* report = instance_.changesOut.Find(0x10000)) {
      instance_.Set(0x10000, report->points.back().second);
    }
    if (handler_.latencyChanges.exchange(0) == 0) return false;
    Deactivate();
    return Activate(sampleRate, blockFramesMax);
  }

 private:
  static uint8_t Seven(float unit) { return static_cast<uint8_t>(std::lround(unit * 127)); }
  static std::vector<uint8_t> BytesOf(const v3_event& event) {
    const auto message = [](int status, int first, int second) {
      return std::vector<uint8_t>{static_cast<uint8_t>(status), static_cast<uint8_t>(first),
                                  static_cast<uint8_t>(second)};
    };
    switch (event.type) {
      case V3_EVENT_NOTE_ON:
        return message(0x90 | event.note_on.channel, event.note_on.pitch, Seven(event.note_on.velocity));
      case V3_EVENT_NOTE_OFF:
        return message(0x80 | event.note_off.channel, event.note_off.pitch, Seven(event.note_off.velocity));
      case V3_EVENT_POLY_PRESSURE:
        return message(0xA0 | event.poly_pressure.channel, event.poly_pressure.pitch,
                       Seven(event.poly_pressure.pressure));
      case V3_EVENT_LEGACY_MIDI_CC_OUT: {
        const auto& cc = event.midi_cc_out;
        if (cc.cc_number == 129) return message(0xE0 | cc.channel, cc.value, cc.value2);
        if (cc.cc_number == 128) return message(0xD0 | cc.channel, cc.value, 0);
        return message(0xB0 | cc.channel, cc.cc_number, cc.value);
      }
      default:
        return {};
    }
  }

  Handler handler_;
  Vst3Instance instance_;
  double sampleRate_ = 48000;
  bool song_ = false;
  v3_process_context context_{};
};

}  // namespace jambridge::test
