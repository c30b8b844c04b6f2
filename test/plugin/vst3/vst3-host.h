// A small VST3 host for tests: loads the built module, makes instances, runs blocks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugin/shim/config.h"
#include "test/plugin/support/module-file.h"
#include "test/plugin/support/random.h"
#include "test/plugin/vst3/vst3-objects.h"
#include "travesty/component.h"
#include "travesty/factory.h"

namespace jambridge::test {

inline constexpr v3_tuid kVst3ClassId =
    V3_ID(PLUG_VST3_UID_1, PLUG_VST3_UID_2, PLUG_VST3_UID_3, PLUG_VST3_UID_4);
inline constexpr v3_speaker_arrangement kVst3Mono = V3_SPEAKER_M;
inline constexpr v3_speaker_arrangement kVst3Stereo = V3_SPEAKER_L | V3_SPEAKER_R;

inline std::string Narrow(const int16_t* text) {
  std::string narrow;
  for (; *text != 0; ++text) narrow.push_back(static_cast<char>(*text));
  return narrow;
}
inline std::vector<int16_t> Wide(const std::string& text) {
  std::vector<int16_t> wide(text.begin(), text.end());
  wide.resize(128);
  return wide;
}

class Vst3Module {
 public:
  explicit Vst3Module(const char* path) : file_(path) {
#ifdef _WIN32
    if (auto* enter = file_.Find<bool()>("InitDll")) entered_ = enter();
#else
    if (auto* enter = file_.Find<bool(void*)>("ModuleEntry")) entered_ = enter(nullptr);
#endif
    if (auto* get = file_.Find<void*()>("GetPluginFactory"))
      factory_ = static_cast<v3_plugin_factory**>(get());
  }
  ~Vst3Module() {
    if (auto* exit = file_.Find<bool()>(kExit); exit != nullptr && entered_) exit();
  }
  bool entered() const { return entered_; }
  v3_plugin_factory** factory() const { return factory_; }

 private:
#ifdef _WIN32
  static constexpr const char* kExit = "ExitDll";
#else
  static constexpr const char* kExit = "ModuleExit";
#endif
  ModuleFile file_;
  bool entered_ = false;
  v3_plugin_factory** factory_ = nullptr;
};

class Vst3Instance {
 public:
  explicit Vst3Instance(const Vst3Module& module) {
    v3_plugin_factory** factory = module.factory();
    void* made = nullptr;
    v3_cpp_obj(factory)->create_instance(factory, kVst3ClassId, v3_component_iid, &made);
    component = static_cast<v3_component**>(made);
    if (component == nullptr) return;
    v3_cpp_obj_initialize(component, static_cast<v3_funknown**>(nullptr));
    v3_cpp_obj_query_interface(component, v3_audio_processor_iid, &processor);
    v3_cpp_obj_query_interface(component, v3_edit_controller_iid, &controller);
    v3_cpp_obj_query_interface(component, v3_midi_mapping_iid, &mapping);
    v3_cpp_obj_initialize(controller, static_cast<v3_funknown**>(nullptr));  // as Ardour does: again
  }
  ~Vst3Instance() {
    if (component == nullptr) return;
    Deactivate();
    v3_cpp_obj(controller)->set_component_handler(controller, nullptr);
    v3_cpp_obj_terminate(controller);
    v3_cpp_obj_terminate(component);
    v3_cpp_obj_unref(mapping);
    v3_cpp_obj_unref(controller);
    v3_cpp_obj_unref(processor);
    v3_cpp_obj_unref(component);
  }
  Vst3Instance(const Vst3Instance&) = delete;
  Vst3Instance& operator=(const Vst3Instance&) = delete;

  bool Activate(double sampleRate = 48000, int32_t blockFramesMax = 256, int32_t processMode = V3_REALTIME) {
    v3_process_setup setup{processMode, V3_SAMPLE_32, blockFramesMax, sampleRate};
    if (v3_cpp_obj(processor)->setup_processing(processor, &setup) != V3_OK) return false;
    active_ = v3_cpp_obj(component)->set_active(component, 1) == V3_OK;
    if (active_) v3_cpp_obj(processor)->set_processing(processor, 1);
    return active_;
  }
  void Deactivate() {
    if (!active_) return;
    v3_cpp_obj(processor)->set_processing(processor, 0);
    v3_cpp_obj(component)->set_active(component, 0);
    active_ = false;
  }
  double Shown(v3_param_id id) const {
    return v3_cpp_obj(controller)->get_parameter_normalised(controller, id);
  }
  double Plain(v3_param_id id) const {
    return v3_cpp_obj(controller)->normalised_parameter_to_plain(controller, id, Shown(id));
  }
  v3_result Set(v3_param_id id, double normalized) {
    return v3_cpp_obj(controller)->set_parameter_normalised(controller, id, normalized);
  }
  v3_result SetPlain(v3_param_id id, double plain) {
    return Set(id, v3_cpp_obj(controller)->plain_parameter_to_normalised(controller, id, plain));
  }
  /// Adds a point to the next block.
  void Point(v3_param_id id, int32_t offset, double plain) {
    changesIn.Add(id, offset, v3_cpp_obj(controller)->plain_parameter_to_normalised(controller, id, plain));
  }
  uint32_t Latency() const { return v3_cpp_obj(processor)->get_latency_samples(processor); }

  v3_process_data MakeData(v3_audio_bus_buffers* input, v3_audio_bus_buffers* output, int32_t frames) {
    v3_process_data data{};
    data.process_mode = V3_REALTIME;
    data.symbolic_sample_size = V3_SAMPLE_32;
    data.nframes = frames;
    data.inputs = input;
    data.outputs = output;
    data.num_input_buses = input != nullptr ? 1 : 0;
    data.num_output_buses = output != nullptr ? 1 : 0;
    data.input_events = As<v3_event_list>(in);
    data.output_events = As<v3_event_list>(out);
    data.input_params = As<v3_param_changes>(changesIn);
    data.output_params = As<v3_param_changes>(changesOut);
    data.ctx = context;
    return data;
  }
  /// Gives the events in `in` and `changesIn` and clears them; collects into `out` and `changesOut`.
  v3_result Process(v3_audio_bus_buffers* input, v3_audio_bus_buffers* output, int32_t frames) {
    out.events.clear();
    changesOut.queues.clear();
    v3_process_data data = MakeData(input, output, frames);
    const v3_result result = v3_cpp_obj(processor)->process(processor, &data);
    in.events.clear();
    changesIn.queues.clear();
    return result;
  }
  v3_result Process(Planar& from, Planar& to, int32_t frames) {
    v3_audio_bus_buffers input{static_cast<int32_t>(from.channels()), 0, {from.pointers()}};
    v3_audio_bus_buffers output{static_cast<int32_t>(to.channels()), 0, {to.pointers()}};
    return Process(&input, &output, frames);
  }

  v3_component** component = nullptr;
  v3_audio_processor** processor = nullptr;
  v3_edit_controller** controller = nullptr;
  v3_midi_mapping** mapping = nullptr;
  EventList in;
  EventList out;
  ParameterChanges changesIn;
  ParameterChanges changesOut;
  v3_process_context* context = nullptr;

 private:
  bool active_ = false;
};

}  // namespace jambridge::test
