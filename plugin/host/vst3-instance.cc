#include "plugin/host/vst3-instance.h"

#include <algorithm>

#include "plugin/host/host-error.h"
#include "plugin/host/utf16.h"
#include "plugin/host/vst3-buses.h"
#include "plugin/host/vst3-midi.h"
#include "plugin/host/vst3-parts.h"
#include "plugin/host/vst3-readback.h"
#include "plugin/host/vst3-stream.h"

namespace jambridge::host {

namespace {

constexpr int32_t kParametersMax = 65536;

class Vst3Instance final : public PluginInstance {
 public:
  explicit Vst3Instance(std::unique_ptr<PluginLibrary> library) : parts_(std::move(library)) {}
  ~Vst3Instance() override;
  void Create();

  const PluginIdentity& identity() const override { return parts_.module.identity(); }
  uint32_t inputChannels() const override { return inputs_.mainChannels(); }
  uint32_t outputChannels() const override { return outputs_.mainChannels(); }
  bool inPlaceAllowed() const override { return true; }
  bool SetChannels(uint32_t channels) override;
  std::vector<ParameterInfo> Parameters() override;
  std::optional<double> ValueFromText(uint32_t id, const std::string& text) override;
  std::string TextFromValue(uint32_t id, double value) override;
  double Value(uint32_t id) override;
  void SetParameter(uint32_t id, double value) override;
  bool LoadState(std::span<const uint8_t> state) override;
  std::vector<uint8_t> SaveState() override;
  void Activate(const ActivationSetup& setup) override;
  void Deactivate() override;
  uint32_t LatencyFrames() override { return parts_.processor->get_latency_samples(parts_.processor.get()); }
  bool ServeMainThread() override;
  bool StartProcessing() override;
  void StopProcessing() override { parts_.processor->set_processing(parts_.processor.get(), false); }
  void Process(const ProcessBlock& block) override;

 private:
  void PrepareReadback();
  void FillInput(const ProcessBlock& block);
  v3_process_context ContextFor(const ProcessBlock& block) const;
  void ActivateEventBuses(bool active) const;

  Vst3Parts parts_;
  Vst3Buses inputs_;
  Vst3Buses outputs_;
  Vst3MidiMap midiMap_;
  ActivationSetup setup_{48000, 1, false};
  bool active_ = false;
  std::vector<ParameterIn> pending_;  // set before activation; the first block carries them, too
  Vst3EventList inputEvents_;
  Vst3EventList outputEvents_;
  Vst3ParameterChanges inputChanges_;
  Vst3ParameterChanges outputChanges_;
  Vst3Readback readback_;
};

void Vst3Instance::Create() {
  parts_.Create();
  const auto& processor = parts_.processor;
  if (processor->can_process_sample_size(processor.get(), V3_SAMPLE_32) != V3_TRUE) {
    Fail(parts_.module.path() + ": the plugin can't process 32-bit samples");
  }
  inputs_.Read(parts_.component, V3_INPUT);
  outputs_.Read(parts_.component, V3_OUTPUT);
  if (inputs_.count() <= 1 && outputs_.count() <= 1) {
    SetChannels(2);  // asking for stereo is polite; a plugin with another idea keeps it
  }
  Vst3Ref<v3_midi_mapping> mapping;
  if (parts_.controller) mapping.QueryFrom(parts_.controller, v3_midi_mapping_iid);
  midiMap_.Read(mapping.get());
  PrepareReadback();
}

/** Speakers from the first on; the counts are read anew, whatever the answer. */
bool Vst3Instance::SetChannels(uint32_t channels) {
  const auto& processor = parts_.processor;
  const v3_speaker_arrangement mono = V3_SPEAKER_M;
  v3_speaker_arrangement in = channels == 1 ? mono : (uint64_t{1} << channels) - 1;
  v3_speaker_arrangement out = in;
  processor->set_bus_arrangements(processor.get(), &in, inputs_.count(), &out, outputs_.count());
  inputs_.Read(parts_.component, V3_INPUT);
  outputs_.Read(parts_.component, V3_OUTPUT);
  return inputChannels() == channels && outputChannels() == channels;
}

/** Hidden outputs count, too: plugins signal their controllers with them. Hidden inputs are MIDI. */
void Vst3Instance::PrepareReadback() {
  const auto& controller = parts_.controller;
  if (!controller) return;
  const int32_t count = std::min(controller->get_parameter_count(controller.get()), kParametersMax);
  for (int32_t i = 0; i < count; ++i) {
    v3_param_info info{};
    if (controller->get_parameter_info(controller.get(), i, &info) != V3_OK) continue;
    const bool hidden = (info.flags & V3_PARAM_IS_HIDDEN) != 0;
    if (!hidden || (info.flags & V3_PARAM_READ_ONLY) != 0) readback_.Add(info.param_id);
  }
}

Vst3Instance::~Vst3Instance() {
  if (active_) Deactivate();
}

std::vector<ParameterInfo> Vst3Instance::Parameters() {
  std::vector<ParameterInfo> all;
  const auto& controller = parts_.controller;
  if (!controller) return all;
  const int32_t count = std::min(controller->get_parameter_count(controller.get()), kParametersMax);
  for (int32_t i = 0; i < count; ++i) {
    v3_param_info info{};
    if (controller->get_parameter_info(controller.get(), i, &info) != V3_OK) continue;
    if ((info.flags & V3_PARAM_IS_HIDDEN) != 0) continue;
    all.push_back({info.param_id, FromUtf16(info.title, 128), FromUtf16(info.units, 128), 0, 1,
                   info.default_normalised_value,
                   info.step_count > 0 ? static_cast<uint32_t>(info.step_count) : 0,
                   (info.flags & V3_PARAM_READ_ONLY) != 0});
  }
  return all;
}

std::optional<double> Vst3Instance::ValueFromText(uint32_t id, const std::string& text) {
  v3_str_128 wide{};
  ToUtf16(text, wide, 128);
  double value = 0;
  const auto& controller = parts_.controller;
  if (!controller ||
      controller->get_parameter_value_for_string(controller.get(), id, wide, &value) != V3_OK) {
    return std::nullopt;
  }
  return value;
}

std::string Vst3Instance::TextFromValue(uint32_t id, double value) {
  v3_str_128 wide{};
  const auto& controller = parts_.controller;
  if (!controller || controller->get_parameter_string_for_value(controller.get(), id, value, wide) != V3_OK) {
    return std::to_string(value);
  }
  return FromUtf16(wide, 128);
}

double Vst3Instance::Value(uint32_t id) {
  const auto& controller = parts_.controller;
  return controller ? controller->get_parameter_normalised(controller.get(), id) : 0;
}

void Vst3Instance::SetParameter(uint32_t id, double value) {
  const auto& controller = parts_.controller;
  if (controller) controller->set_parameter_normalised(controller.get(), id, value);
  pending_.push_back({0, id, value});
}

bool Vst3Instance::LoadState(std::span<const uint8_t> state) {
  Vst3Stream stream(state);
  if (parts_.component->set_state(parts_.component.get(), stream.As<v3_bstream>()) != V3_OK) return false;
  Vst3Stream again(state);
  const auto& controller = parts_.controller;
  if (controller) controller->set_component_state(controller.get(), again.As<v3_bstream>());
  return true;
}

std::vector<uint8_t> Vst3Instance::SaveState() {
  Vst3Stream stream;
  if (parts_.component->get_state(parts_.component.get(), stream.As<v3_bstream>()) != V3_OK) {
    Fail(identity().name + " can't save its state");
  }
  return stream.bytes();
}

void Vst3Instance::ActivateEventBuses(bool active) const {
  const auto& component = parts_.component;
  for (const int32_t direction : {V3_INPUT, V3_OUTPUT}) {
    if (component->get_bus_count(component.get(), V3_EVENT, direction) > 0) {
      component->activate_bus(component.get(), V3_EVENT, direction, 0, active);
    }
  }
}

void Vst3Instance::Activate(const ActivationSetup& setup) {
  setup_ = setup;
  const auto& processor = parts_.processor;
  v3_process_setup process{setup.offline ? V3_OFFLINE : V3_REALTIME, V3_SAMPLE_32,
                           static_cast<int32_t>(setup.blockFramesMax), static_cast<double>(setup.rate)};
  const bool taken = processor->setup_processing(processor.get(), &process) == V3_OK;
  inputs_.Allocate(setup.blockFramesMax);
  outputs_.Allocate(setup.blockFramesMax);
  inputs_.Activate(parts_.component, true);
  outputs_.Activate(parts_.component, true);
  ActivateEventBuses(true);
  parts_.handler.TakeFlags();  // whatever it asked for until now, this activation is it
  if (!taken || parts_.component->set_active(parts_.component.get(), true) != V3_OK) {
    Fail(identity().name + " refuses " + std::to_string(setup.rate) + " Hz with blocks of up to " +
         std::to_string(setup.blockFramesMax) + " frames");
  }
  active_ = true;
}

void Vst3Instance::Deactivate() {
  parts_.component->set_active(parts_.component.get(), false);
  active_ = false;
}

bool Vst3Instance::ServeMainThread() {
  const auto& controller = parts_.controller;
  readback_.Serve([&controller](uint32_t id, double value) {
    if (controller) controller->set_parameter_normalised(controller.get(), id, value);
  });
  constexpr int32_t kRestarts =
      V3_RESTART_RELOAD_COMPONENT | V3_RESTART_IO_CHANGED | V3_RESTART_LATENCY_CHANGED;
  return (parts_.handler.TakeFlags() & kRestarts) != 0;
}

bool Vst3Instance::StartProcessing() {
  // V3_NOT_IMPLEMENTED is a usual answer, and no refusal.
  const v3_result result = parts_.processor->set_processing(parts_.processor.get(), true);
  return result == V3_OK || result == static_cast<v3_result>(V3_NOT_IMPLEMENTED);
}

void Vst3Instance::FillInput(const ProcessBlock& block) {
  inputEvents_.events.clear();
  outputEvents_.events.clear();
  inputChanges_.Clear();
  outputChanges_.Clear();
  for (const ParameterIn& change : pending_) inputChanges_.AddPoint(change.id, 0, change.value);
  pending_.clear();
  for (const ParameterIn& change : block.parameters)
    inputChanges_.AddPoint(change.id, change.offset, change.value);
  for (const MidiIn& midi : block.midi) {
    if (!midiMap_.Translate(midi, inputEvents_, inputChanges_)) ++counters.midiNotTaken;
  }
}

v3_process_context Vst3Instance::ContextFor(const ProcessBlock& block) const {
  const TransportPosition& at = *block.transport;
  v3_process_context context{};
  context.state = V3_PROCESS_CTX_PLAYING | V3_PROCESS_CTX_PROJECT_TIME_VALID | V3_PROCESS_CTX_TEMPO_VALID |
                  V3_PROCESS_CTX_BAR_POSITION_VALID | V3_PROCESS_CTX_TIME_SIG_VALID |
                  V3_PROCESS_CTX_CONT_TIME_VALID;
  context.sample_rate = setup_.rate;
  context.project_time_in_samples = static_cast<int64_t>(at.frame);
  context.continuous_time_in_samples = static_cast<int64_t>(block.steadyFrame);
  context.project_time_quarters = at.beats;
  context.bar_position_quarters = at.barStartBeats;
  context.bpm = at.bpm;
  context.time_sig_numerator = static_cast<int32_t>(at.signatureNumerator);
  context.time_sig_denom = static_cast<int32_t>(at.signatureDenominator);
  return context;
}

void Vst3Instance::Process(const ProcessBlock& block) {
  FillInput(block);
  v3_process_context context = ContextFor(block);
  v3_process_data data{};
  data.process_mode = setup_.offline ? V3_OFFLINE : V3_REALTIME;
  data.symbolic_sample_size = V3_SAMPLE_32;
  data.nframes = static_cast<int32_t>(block.frames);
  data.num_input_buses = inputs_.count();
  data.num_output_buses = outputs_.count();
  data.inputs = inputs_.Prepare(block.in, block.frames);
  data.outputs = outputs_.Prepare(block.out, block.frames);
  data.input_params = inputChanges_.As<v3_param_changes>();
  data.output_params = outputChanges_.As<v3_param_changes>();
  data.input_events = inputEvents_.As<v3_event_list>();
  data.output_events = outputEvents_.As<v3_event_list>();
  data.ctx = &context;
  if (parts_.processor->process(parts_.processor.get(), &data) != V3_OK) ++counters.processErrors;
  counters.misplacedEvents += DeliverVst3Events(outputEvents_.events, block.frames, block.sink);
  for (size_t i = 0; i < outputChanges_.used(); ++i) {
    const Vst3ValueQueue& queue = outputChanges_.queue(i);
    if (!queue.points.empty()) readback_.Store(queue.id, queue.points.back().value);
  }
}

}  // namespace

std::unique_ptr<PluginInstance> MakeVst3Instance(std::unique_ptr<PluginLibrary> library) {
  auto instance = std::make_unique<Vst3Instance>(std::move(library));
  instance->Create();
  return instance;
}

}  // namespace jambridge::host
