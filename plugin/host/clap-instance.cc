#include "plugin/host/clap-instance.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "clap/entry.h"
#include "clap/ext/latency.h"
#include "clap/ext/note-ports.h"
#include "clap/ext/params.h"
#include "clap/ext/state.h"
#include "clap/plugin-factory.h"
#include "plugin/host/clap-events.h"
#include "plugin/host/clap-extensions.h"
#include "plugin/host/clap-host.h"
#include "plugin/host/clap-ports.h"
#include "plugin/host/host-error.h"

namespace jambridge::host {

namespace {

constexpr size_t kStateBytesMax = 64 * 1024 * 1024;
constexpr uint32_t kParametersMax = 65536;

class ClapInstance final : public PluginInstance {
 public:
  explicit ClapInstance(std::unique_ptr<PluginLibrary> library) : library_(std::move(library)) {}
  ~ClapInstance() override;
  /** Apart from the constructor, so that a failure half-way is cleaned up by the destructor. */
  void Create();

  const PluginIdentity& identity() const override { return identity_; }
  uint32_t inputChannels() const override { return inputs_.mainChannels(); }
  uint32_t outputChannels() const override { return outputs_.mainChannels(); }
  bool inPlaceAllowed() const override { return inputs_.mainInPlace() && outputs_.mainInPlace(); }
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
  uint32_t LatencyFrames() override { return latency_ != nullptr ? latency_->get(plugin_) : 0; }
  bool ServeMainThread() override;
  bool StartProcessing() override { return plugin_->start_processing(plugin_); }
  void StopProcessing() override { plugin_->stop_processing(plugin_); }
  void Process(const ProcessBlock& block) override;

 private:
  void ReadPorts();
  void ReadDialect();
  void Flush(std::span<const ParameterIn> parameters);
  template <typename Extension>
  const Extension* Find(const char* id) const {
    return static_cast<const Extension*>(plugin_->get_extension(plugin_, id));
  }

  const std::unique_ptr<PluginLibrary> library_;
  ClapHost host_;
  PluginIdentity identity_;
  const clap_plugin_entry_t* entry_ = nullptr;
  const clap_plugin_t* plugin_ = nullptr;
  const clap_plugin_params_t* params_ = nullptr;
  const clap_plugin_latency_t* latency_ = nullptr;
  const clap_plugin_state_t* state_ = nullptr;
  NoteDialect dialect_ = NoteDialect::kNone;
  bool active_ = false;
  ClapPorts inputs_;
  ClapPorts outputs_;
  ClapInputEvents inputEvents_;
  ClapOutputEvents outputEvents_;
};

int64_t ToFixed(double value, int64_t factor) { return std::llround(value * static_cast<double>(factor)); }

std::string TextOrEmpty(const char* text) { return text != nullptr ? text : ""; }

void ClapInstance::Create() {
  const std::string& path = library_->path();
  entry_ = static_cast<const clap_plugin_entry_t*>(library_->Symbol("clap_entry"));
  if (!clap_version_is_compatible(entry_->clap_version)) Fail(path + ": made for another generation of CLAP");
  if (!entry_->init(path.c_str())) {
    entry_ = nullptr;
    Fail(path + ": its clap_entry refuses to start");
  }
  const auto* factory =
      static_cast<const clap_plugin_factory_t*>(entry_->get_factory(CLAP_PLUGIN_FACTORY_ID));
  if (factory == nullptr || factory->get_plugin_count(factory) == 0) Fail(path + ": no plugin in it");
  const clap_plugin_descriptor_t* descriptor = factory->get_plugin_descriptor(factory, 0);
  if (descriptor == nullptr || descriptor->id == nullptr) Fail(path + ": its plugin has no descriptor");
  identity_ = {"CLAP", descriptor->id, TextOrEmpty(descriptor->name), TextOrEmpty(descriptor->vendor),
               TextOrEmpty(descriptor->version)};
  plugin_ = factory->create_plugin(factory, host_.clap(), descriptor->id);
  if (plugin_ == nullptr || !plugin_->init(plugin_)) Fail(path + ": the plugin can't be made");
  params_ = Find<clap_plugin_params_t>(CLAP_EXT_PARAMS);
  latency_ = Find<clap_plugin_latency_t>(CLAP_EXT_LATENCY);
  state_ = Find<clap_plugin_state_t>(CLAP_EXT_STATE);
  ReadPorts();
  ReadDialect();
}

void ClapInstance::ReadPorts() {
  const auto* ports = Find<clap_plugin_audio_ports_t>(CLAP_EXT_AUDIO_PORTS);
  inputs_.Read(plugin_, ports, true);
  outputs_.Read(plugin_, ports, false);
}

bool ClapInstance::SetChannels(uint32_t channels) {
  if (const auto* ports = Find<ClapPluginConfigurableAudioPorts>(kClapExtConfigurableAudioPorts)) {
    const ClapAudioPortRequest requests[] = {{true, 0, channels, nullptr, nullptr},
                                             {false, 0, channels, nullptr, nullptr}};
    if (ports->apply_configuration(plugin_, requests, 2)) ReadPorts();
  }
  return inputChannels() == channels && outputChannels() == channels;
}

ClapInstance::~ClapInstance() {
  if (plugin_ != nullptr) {
    if (active_) plugin_->deactivate(plugin_);
    plugin_->destroy(plugin_);
  }
  if (entry_ != nullptr) entry_->deinit();
}

void ClapInstance::ReadDialect() {
  const auto* ports = Find<clap_plugin_note_ports_t>(CLAP_EXT_NOTE_PORTS);
  clap_note_port_info_t info{};
  if (ports == nullptr || ports->count(plugin_, true) == 0 || !ports->get(plugin_, 0, true, &info)) return;
  const bool midi = (info.supported_dialects & CLAP_NOTE_DIALECT_MIDI) != 0;
  dialect_ = midi ? NoteDialect::kMidi : NoteDialect::kClapNotes;
}

std::vector<ParameterInfo> ClapInstance::Parameters() {
  std::vector<ParameterInfo> all;
  const uint32_t count = params_ != nullptr ? std::min(params_->count(plugin_), kParametersMax) : 0;
  for (uint32_t i = 0; i < count; ++i) {
    clap_param_info_t info{};
    if (!params_->get_info(plugin_, i, &info) || (info.flags & CLAP_PARAM_IS_HIDDEN) != 0) continue;
    const bool stepped = (info.flags & CLAP_PARAM_IS_STEPPED) != 0 && info.max_value > info.min_value;
    all.push_back({info.id, std::string(info.name, strnlen(info.name, sizeof info.name)), "", info.min_value,
                   info.max_value, info.default_value,
                   stepped ? static_cast<uint32_t>(std::min(info.max_value - info.min_value, 65536.0)) : 0,
                   (info.flags & CLAP_PARAM_IS_READONLY) != 0});
  }
  return all;
}

std::optional<double> ClapInstance::ValueFromText(uint32_t id, const std::string& text) {
  double value = 0;
  if (params_ == nullptr || !params_->text_to_value(plugin_, id, text.c_str(), &value)) return std::nullopt;
  return value;
}

std::string ClapInstance::TextFromValue(uint32_t id, double value) {
  char text[256] = "";
  if (params_ == nullptr || !params_->value_to_text(plugin_, id, value, text, sizeof text))
    return std::to_string(value);
  return std::string(text, strnlen(text, sizeof text));
}

double ClapInstance::Value(uint32_t id) {
  double value = 0;
  if (params_ != nullptr) params_->get_value(plugin_, id, &value);
  return value;
}

void ClapInstance::SetParameter(uint32_t id, double value) {
  const ParameterIn change{0, id, value};
  Flush({&change, 1});
}

/** [main-thread, inactive]: while active, process() carries the changes. */
void ClapInstance::Flush(std::span<const ParameterIn> parameters) {
  if (params_ == nullptr || active_) return;
  inputEvents_.Fill({}, parameters, dialect_);
  outputEvents_.Begin(0);
  params_->flush(plugin_, inputEvents_.list(), outputEvents_.list());
}

bool ClapInstance::LoadState(std::span<const uint8_t> state) {
  if (state_ == nullptr) return false;
  clap_istream_t stream{&state, [](const clap_istream_t* self, void* dest, uint64_t size) -> int64_t {
                          auto& rest = *static_cast<std::span<const uint8_t>*>(self->ctx);
                          const size_t count = static_cast<size_t>(std::min<uint64_t>(size, rest.size()));
                          if (count > 0) std::memcpy(dest, rest.data(), count);
                          rest = rest.subspan(count);
                          return static_cast<int64_t>(count);
                        }};
  return state_->load(plugin_, &stream);
}

std::vector<uint8_t> ClapInstance::SaveState() {
  std::vector<uint8_t> bytes;
  clap_ostream_t stream{&bytes, [](const clap_ostream_t* self, const void* source, uint64_t size) -> int64_t {
                          auto& all = *static_cast<std::vector<uint8_t>*>(self->ctx);
                          if (size > kStateBytesMax - all.size()) return -1;
                          const auto* first = static_cast<const uint8_t*>(source);
                          all.insert(all.end(), first, first + size);
                          return static_cast<int64_t>(size);
                        }};
  if (state_ == nullptr || !state_->save(plugin_, &stream)) Fail(identity_.name + " can't save its state");
  return bytes;
}

void ClapInstance::Activate(const ActivationSetup& setup) {
  if (const auto* render = Find<ClapPluginRender>(kClapExtRender)) {
    render->set(plugin_, setup.offline ? kClapRenderOffline : kClapRenderRealtime);
  }
  inputs_.Allocate(setup.blockFramesMax);
  outputs_.Allocate(setup.blockFramesMax);
  host_.TakeRestart();  // whatever it asked for until now, this activation is it
  if (!plugin_->activate(plugin_, setup.rate, 1, setup.blockFramesMax)) {
    Fail(identity_.name + " refuses " + std::to_string(setup.rate) + " Hz with blocks of up to " +
         std::to_string(setup.blockFramesMax) + " frames");
  }
  active_ = true;
}

void ClapInstance::Deactivate() {
  plugin_->deactivate(plugin_);
  active_ = false;
}

bool ClapInstance::ServeMainThread() {
  if (host_.TakeCallback()) plugin_->on_main_thread(plugin_);
  if (host_.TakeFlush() && !active_) Flush({});
  return host_.TakeRestart();
}

void ClapInstance::Process(const ProcessBlock& block) {
  counters.midiNotTaken += inputEvents_.Fill(block.midi, block.parameters, dialect_);
  outputEvents_.Begin(block.frames);
  const TransportPosition& at = *block.transport;
  clap_event_transport_t transport{};
  transport.header = {sizeof transport, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
  transport.flags = CLAP_TRANSPORT_HAS_TEMPO | CLAP_TRANSPORT_HAS_BEATS_TIMELINE |
                    CLAP_TRANSPORT_HAS_SECONDS_TIMELINE | CLAP_TRANSPORT_HAS_TIME_SIGNATURE |
                    CLAP_TRANSPORT_IS_PLAYING;
  transport.song_pos_seconds = ToFixed(at.seconds, CLAP_SECTIME_FACTOR);
  transport.song_pos_beats = ToFixed(at.beats, CLAP_BEATTIME_FACTOR);
  transport.tempo = at.bpm;
  transport.bar_start = ToFixed(at.barStartBeats, CLAP_BEATTIME_FACTOR);
  transport.bar_number = at.bar;
  transport.tsig_num = static_cast<uint16_t>(at.signatureNumerator);
  transport.tsig_denom = static_cast<uint16_t>(at.signatureDenominator);

  clap_process_t process{};
  process.steady_time = static_cast<int64_t>(block.steadyFrame);
  process.frames_count = block.frames;
  process.transport = &transport;
  process.audio_inputs = inputs_.Prepare(block.in, block.frames, true);
  process.audio_outputs = outputs_.Prepare(block.out, block.frames, false);
  process.audio_inputs_count = inputs_.count();
  process.audio_outputs_count = outputs_.count();
  process.in_events = inputEvents_.list();
  process.out_events = outputEvents_.list();
  if (plugin_->process(plugin_, &process) == CLAP_PROCESS_ERROR) ++counters.processErrors;
  counters.misplacedEvents += outputEvents_.Deliver(block.sink);
}

}  // namespace

std::unique_ptr<PluginInstance> MakeClapInstance(std::unique_ptr<PluginLibrary> library) {
  auto instance = std::make_unique<ClapInstance>(std::move(library));
  instance->Create();
  return instance;
}

}  // namespace jambridge::host
