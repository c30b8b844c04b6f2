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
  for (uint32_t id = 0; id < kParamCount; id++) instance_->SetParam(id, (*values)[id]);
  return true;
}

void Plugin::SetName(std::string_view name) {
  AssertMainThread("Plugin::SetName");
  instance_->SetName(name);
}

bool Plugin::Instance::Activate(double sampleRate, uint32_t blockFramesMax, uint32_t channelsIn,
                                uint32_t channelsOut) try {
  const bool sensible = sampleRate >= kSampleRateMin && sampleRate <= kSampleRateMax && blockFramesMax >= 1;
  if (!sensible) return false;
  Deactivate();
  sampleRate_ = sampleRate;
  pieceFramesMax_ = std::min(blockFramesMax, kBlockFramesMax);
  channelsIn_ = std::min(channelsIn, kChannelsMax);
  channelsOut_ = std::min(channelsOut, kChannelsMax);
  const uint32_t latency = PlannedLatency();
  capture_.Reset({sampleRate, pieceFramesMax_, channelsIn_, channelsOut_}, name_.empty() ? PLUG_NAME : name_,
                 FreshStamp());
  playout_.Reset(channelsOut_, pieceFramesMax_);
  delay_.Allocate(channelsIn_, latency);
  dryCopy_.assign(static_cast<size_t>(channelsIn_) * pieceFramesMax_, 0.0F);
  midiOut_.Reset(latency);
  latency_.store(latency, std::memory_order_relaxed);
  latencyTold_.store(latency, std::memory_order_relaxed);
  // Far from every frame that the last activation may have published.
  frame_ += 2 * static_cast<uint64_t>(kRingFrames);
  streaming_ = false;
  wetMidi_ = false;
  snapGains_ = true;
  attachment_ = std::make_unique<Attachment>(channelsIn_, channelsOut_, status_);
  keeper_ = Keeper::Acquire();
  keeper_->Add(attachment_.get());
  // SYNC POINT active (other end: Process): a host that hands the instance to another thread without order of
  // its own still finds it whole.
  active_.store(true, std::memory_order_release);
  return true;
} catch (const std::bad_alloc&) {
  Deactivate();
  return false;
}

void Plugin::Instance::Deactivate() {
  active_.store(false, std::memory_order_release);
  if (keeper_ != nullptr && attachment_ != nullptr) keeper_->Remove(attachment_.get());
  keeper_.reset();
  attachment_.reset();
  status_.store(static_cast<uint32_t>(SlotStatus::kNoEngine), std::memory_order_relaxed);
}

double Plugin::Instance::GetParam(uint32_t id) const {
  return id == kParamStatus ? status_.load(std::memory_order_relaxed) : params_.Get(id);
}

void Plugin::Instance::SetParam(uint32_t id, double plain) {
  if (id == kParamStatus) return;
  params_.Set(id, plain);
  ReportLatencyChange(id);
}

uint32_t Plugin::Instance::PlannedLatency() const {
  if (!params_.IsOn(kParamReportLatency)) return 0;
  const double network = std::round(params_.Get(kParamLatencyMs) * sampleRate_ / 1000);
  return static_cast<uint32_t>(network) + 2 * pieceFramesMax_;
}

void Plugin::Instance::ReportLatencyChange(uint32_t id) {
  if (id != kParamReportLatency && id != kParamLatencyMs) return;
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
  return params_.Snapshot().Receives() ? kTailInfinite : latency_.load(std::memory_order_relaxed);
}

}  // namespace jambridge
