#include "plugin/shim/plugin.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "bridge/shm/process-identity.h"
#include "plugin/shim/config.h"
#include "plugin/shim/instance.h"
#include "plugin/shim/state.h"
#include "plugin/shim/thread-check.h"

namespace jambridge {
namespace {

constexpr double kSampleRateMin = 8000;
constexpr double kSampleRateMax = 768000;

// A change of gain takes this long: less would click.
constexpr double kGainSeconds = 0.005;
constexpr uint32_t kGainFramesMin = 64;

}  // namespace

Plugin::Plugin(HostSink* sink) : instance_(std::make_unique<Instance>(sink)) {}
Plugin::~Plugin() = default;

bool Plugin::Activate(double sampleRate, uint32_t blockFramesMax, uint32_t channelsIn, uint32_t channelsOut) {
  AssertMainThread("Plugin::Activate");
  return instance_->Activate(sampleRate, blockFramesMax, channelsIn, channelsOut);
}

void Plugin::Deactivate() {
  AssertMainThread("Plugin::Deactivate");
  instance_->Deactivate();
}

void Plugin::ProcessBlock(const ProcessArgs& args) {
  const AudioThreadScope scope;
  instance_->Process(args);
}

double Plugin::GetParam(uint32_t id) const { return instance_->GetParam(id); }
void Plugin::SetParam(uint32_t id, double plain) { instance_->SetParam(id, plain); }
uint32_t Plugin::GetLatency() const { return instance_->GetLatency(); }
uint32_t Plugin::GetTail() const { return instance_->GetTail(); }

std::string Plugin::SerializeState() const {
  AssertMainThread("Plugin::SerializeState");
  return WriteState(instance_->params());
}

bool Plugin::UnserializeState(std::string_view state) {
  AssertMainThread("Plugin::UnserializeState");
  const std::optional<ParamValues> values = ReadState(state);
  if (!values) return false;
  instance_->SetParams(*values);
  return true;
}

void Plugin::Announce(double sampleRate, uint32_t blockFramesMax) {
  AssertMainThread("Plugin::Announce");
  instance_->Announce(sampleRate, blockFramesMax);
}

void Plugin::Reset() { instance_->Reset(); }
void Plugin::WatchBlockFlow(bool on) { instance_->WatchBlockFlow(on); }

void Plugin::SetName(std::string_view name) {
  AssertMainThread("Plugin::SetName");
  instance_->SetName(name);
}

bool Plugin::Instance::Sensible(double sampleRate, uint32_t blockFramesMax) {
  return sampleRate >= kSampleRateMin && sampleRate <= kSampleRateMax && blockFramesMax >= 1;
}

void Plugin::Instance::Announce(double sampleRate, uint32_t blockFramesMax) {
  if (active_.load(std::memory_order_relaxed) || !Sensible(sampleRate, blockFramesMax)) return;
  sampleRate_.store(sampleRate, std::memory_order_relaxed);
  pieceFramesMax_.store(std::min(blockFramesMax, kBlockFramesMax), std::memory_order_relaxed);
}

bool Plugin::Instance::Activate(double sampleRate, uint32_t blockFramesMax, uint32_t channelsIn,
                                uint32_t channelsOut) try {
  if (!Sensible(sampleRate, blockFramesMax)) return false;
  Deactivate();
  Announce(sampleRate, blockFramesMax);
  channelsIn_ = std::min(channelsIn, kChannelsMax);
  channelsOut_ = std::min(channelsOut, kChannelsMax);
  const uint32_t latency = PlannedLatency();
  latency_.store(latency, std::memory_order_relaxed);
  latencyTold_.store(latency, std::memory_order_relaxed);
  // What the host was told stands until the next activation, for the engine too.
  const bool told = latency != 0;
  Allocate({sampleRate, std::min(blockFramesMax, kBlockFramesMax), channelsIn_, channelsOut_,
            told ? static_cast<float>(params_.Get(kParamLatencyMs)) : 0.0F});
  // Far from every frame that the last activation may have published.
  frame_ += 2 * static_cast<uint64_t>(kRingFrames);
  streaming_ = wetMidi_ = rendering_ = replaying_ = false;
  resets_.store(false, std::memory_order_relaxed);
  snapGains_ = true;
  attachment_ = std::make_unique<Attachment>(channelsIn_, channelsOut_, status_, take_);
  keeper_ = Keeper::Acquire();
  keeper_->Add(attachment_.get());
  // SYNC POINT active (other end: Process): a host that hands the instance to another thread without order of
  // its own still finds it whole.
  active_.store(true, std::memory_order_release);
  ReportLatencyChange();  // changed by another thread meanwhile
  return true;
} catch (const std::bad_alloc&) {
  Deactivate();
  return false;
}

void Plugin::Instance::Allocate(const Capture::Setup& setup) {
  const uint32_t latency = latency_.load(std::memory_order_relaxed);
  capture_.Reset(setup, name_.empty() ? PLUG_NAME : name_, FreshStamp());
  playout_.Reset(channelsOut_, setup.blockFramesMax);
  take_.Prepare(setup.sampleRate, channelsOut_);
  delay_.Allocate(channelsIn_, latency);
  dryCopy_.assign(static_cast<size_t>(channelsIn_) * setup.blockFramesMax, 0.0F);
  midiOut_.Reset(latency);
  flow_.Reset(setup.sampleRate);
  gainFrames_ = std::max(kGainFramesMin, static_cast<uint32_t>(setup.sampleRate * kGainSeconds));
}

void Plugin::Instance::Deactivate() {
  active_.store(false, std::memory_order_release);
  if (keeper_ != nullptr && attachment_ != nullptr) keeper_->Remove(attachment_.get());
  keeper_.reset();
  attachment_.reset();
  status_.store(static_cast<uint32_t>(SlotStatus::kNoEngine), std::memory_order_relaxed);
}

double Plugin::Instance::GetParam(uint32_t id) const {
  if (id == kParamStatus) return status_.load(std::memory_order_relaxed);
  if (id == kParamTake) return ClampParam(id, take_.Seconds());
  return params_.Get(id);
}

void Plugin::Instance::SetParam(uint32_t id, double plain) {
  StoreParam(id, plain);
  if (id == kParamReportLatency || id == kParamLatencyMs) ReportLatencyChange();
}

void Plugin::Instance::SetParams(const ParamValues& values) {
  for (uint32_t id = 0; id < kParamCount; id++) StoreParam(id, values[id]);
  ReportLatencyChange();
}

void Plugin::Instance::StoreParam(uint32_t id, double plain) {
  const ParamDef* def = FindParam(id);
  if (def == nullptr || (def->flags & kParamReadOnly) != 0) return;
  params_.Set(id, plain);
  if (id == kParamOffline) take_.Want(params_.IsOn(kParamOffline));
}

// The engine reckons the same from what the control block says: in single precision, then in double.
uint32_t Plugin::Instance::PlannedLatency() const {
  if (!params_.IsOn(kParamReportLatency)) return 0;
  const double latencyMs = static_cast<float>(params_.Get(kParamLatencyMs));
  const double network = std::round(latencyMs * sampleRate_.load(std::memory_order_relaxed) / 1000);
  return static_cast<uint32_t>(network) + 2 * pieceFramesMax_.load(std::memory_order_relaxed);
}

void Plugin::Instance::ReportLatencyChange() {
  if (!active_.load(std::memory_order_acquire)) return;
  const uint32_t planned = PlannedLatency();
  // SYNC POINT latency-told (both ends here): of several threads that change it, one tells the host.
  if (latencyTold_.exchange(planned, std::memory_order_relaxed) != planned) sink_->LatencyChanged();
}

uint32_t Plugin::Instance::GetLatency() const {
  return active_.load(std::memory_order_acquire) ? latency_.load(std::memory_order_relaxed)
                                                 : PlannedLatency();
}

uint32_t Plugin::Instance::GetTail() const {
  return params_.Snapshot().Receives() ? kTailInfinite : GetLatency();
}

}  // namespace jambridge
