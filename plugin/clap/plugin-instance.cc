#include "plugin/clap/plugin-instance.h"

#include <cmath>
#include <cstring>

#include "plugin/clap/descriptor.h"
#include "plugin/clap/extensions.h"
#include "plugin/shim/parameters.h"

namespace jambridge::clap {
namespace {

// The C callbacks; each finds its instance and says nothing else.
bool OnInit(const clap_plugin_t* plugin) {
  PluginInstance::Of(plugin).Init();
  return true;
}
void OnDestroy(const clap_plugin_t* plugin) { delete &PluginInstance::Of(plugin); }
bool OnActivate(const clap_plugin_t* plugin, double sampleRate, uint32_t, uint32_t blockFramesMax) {
  return PluginInstance::Of(plugin).Activate(sampleRate, blockFramesMax);
}
void OnDeactivate(const clap_plugin_t* plugin) { PluginInstance::Of(plugin).Deactivate(); }
bool OnStartProcessing(const clap_plugin_t*) { return true; }
void OnStopProcessing(const clap_plugin_t*) {}
void OnReset(const clap_plugin_t* plugin) { PluginInstance::Of(plugin).core().Reset(); }
clap_process_status OnProcess(const clap_plugin_t* plugin, const clap_process_t* block) {
  return block == nullptr ? CLAP_PROCESS_ERROR : PluginInstance::Of(plugin).Process(*block);
}
const void* OnGetExtension(const clap_plugin_t*, const char* id) { return FindExtension(id); }
void OnTrackChanged(const clap_plugin_t* plugin) { PluginInstance::Of(plugin).ReadTrackName(); }
void OnMainThreadCallback(const clap_plugin_t* plugin) { PluginInstance::Of(plugin).OnMainThread(); }

template <class T>
const T* HostExtension(const clap_host_t* host, const char* id) {
  return host->get_extension == nullptr ? nullptr : static_cast<const T*>(host->get_extension(host, id));
}

}  // namespace

const PluginTrackInfo kTrackInfo = {OnTrackChanged};

PluginInstance::PluginInstance(const clap_host_t* host)
    : handle_{&kDescriptor,
              this,
              OnInit,
              OnDestroy,
              OnActivate,
              OnDeactivate,
              OnStartProcessing,
              OnStopProcessing,
              OnReset,
              OnProcess,
              OnGetExtension,
              OnMainThreadCallback},
      host_(host),
      core_(this),
      latencyKnown_(core_.GetLatency()) {}

void PluginInstance::Init() {
  hostLatency_ = HostExtension<clap_host_latency_t>(host_, CLAP_EXT_LATENCY);
  hostParams_ = HostExtension<clap_host_params_t>(host_, CLAP_EXT_PARAMS);
  hostTrackInfo_ = HostExtension<HostTrackInfo>(host_, kExtTrackInfo);
  if (hostTrackInfo_ == nullptr) hostTrackInfo_ = HostExtension<HostTrackInfo>(host_, kExtTrackInfoDraft);
  hostTail_ = HostExtension<HostTail>(host_, kExtTail);
  follower_.Init(host_);
  ReadTrackName();
  initialised_ = true;
}

void PluginInstance::ReadTrackName() {
  if (hostTrackInfo_ == nullptr || hostTrackInfo_->get == nullptr) return;
  TrackInfo info{};
  if (!hostTrackInfo_->get(host_, &info) || (info.flags & kTrackHasName) == 0) return;
  core_.SetName({info.name, strnlen(info.name, sizeof info.name)});
}

bool PluginInstance::Activate(double sampleRate, uint32_t blockFramesMax) {
  if (active_) return false;
  input_.Reserve();
  outputBytes_.Reserve(kOutputArenaBytes);
  latencyDirty_.store(false);
  if (!core_.Activate(sampleRate, blockFramesMax, layout_.channelsIn, layout_.channelsOut)) return false;
  sampleRate_ = sampleRate;
  active_ = true;
  tailTold_ = core_.GetTail();
  // The one place where a latency may change under CLAP; a host that already read it hears nothing.
  const uint32_t latencyFrames = core_.GetLatency();
  if (latencyFrames != latencyKnown_) {
    latencyKnown_ = latencyFrames;
    if (hostLatency_ != nullptr && hostLatency_->changed != nullptr) hostLatency_->changed(host_);
  }
  return true;
}

void PluginInstance::Deactivate() {
  if (!active_) return;
  core_.Deactivate();
  active_ = false;
}

void PluginInstance::OnMainThread() {
  follower_.Serve();
  if (!latencyDirty_.exchange(false) || !active_) return;
  if (host_->request_restart != nullptr) host_->request_restart(host_);
}

void PluginInstance::LatencyChanged() {
  if (!initialised_) return;
  latencyDirty_.store(true);
  if (host_->request_callback != nullptr) host_->request_callback(host_);
}

uint32_t PluginInstance::ReadLatency() {
  latencyKnown_ = core_.GetLatency();
  return latencyKnown_;
}

bool PluginInstance::SelectLayout(const Layout& layout) {
  if (active_) return false;
  layout_ = layout;
  return true;
}

void PluginInstance::ParametersReplaced() {
  if (hostParams_ != nullptr && hostParams_->rescan != nullptr) {
    hostParams_->rescan(host_, CLAP_PARAM_RESCAN_VALUES);
  }
}

const void* FindExtension(const char* id) {
  if (id == nullptr) return nullptr;
  struct Entry {
    const char* id;
    const void* table;
  };
  static constexpr Entry kEntries[] = {
      {CLAP_EXT_AUDIO_PORTS, &kAudioPorts},
      {kExtAudioPortsConfig, &kAudioPortsConfig},
      {kExtAudioPortsConfigInfo, &kAudioPortsConfigInfo},
      {kExtConfigurableAudioPorts, &kConfigurableAudioPorts},
      {kExtConfigurableAudioPortsDraft, &kConfigurableAudioPorts},
      {CLAP_EXT_NOTE_PORTS, &kNotePorts},
      {CLAP_EXT_PARAMS, &kParams},
      {CLAP_EXT_STATE, &kState},
      {CLAP_EXT_LATENCY, &kLatency},
      {kExtTrackInfo, &kTrackInfo},
      {kExtTrackInfoDraft, &kTrackInfo},
      {kExtRender, &kRender},
      {kExtTail, &kTail},
  };
  for (const Entry& entry : kEntries) {
    if (std::strcmp(id, entry.id) == 0) return entry.table;
  }
  return nullptr;
}

}  // namespace jambridge::clap
