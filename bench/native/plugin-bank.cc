#include "bench/native/plugin-bank.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "plugin/shim/thread-check.h"

namespace jambridge::bench {
namespace {

void Set(Plugin& plugin, ParamId id, const std::string& text) {
  const std::optional<double> value = TextToParam(id, text);
  if (!value) {
    std::fprintf(stderr, "plugin-driver: %s is no value of the plugin's parameter %u\n", text.c_str(), id);
    std::exit(2);
  }
  plugin.SetParam(id, *value);
}

}  // namespace

Track::Track(const BankOptions& options, uint32_t index)
    : blockFrames_(options.blockFrames),
      in_(options.channels, std::vector<float>(options.blockFrames, 0.25F)),
      out_(options.channels, std::vector<float>(options.blockFrames)),
      plugin_(this) {
  for (std::vector<float>& channel : in_) inPointers_.push_back(channel.data());
  for (std::vector<float>& channel : out_) outPointers_.push_back(channel.data());
  Set(plugin_, kParamMode, options.mode);
  Set(plugin_, kParamRedundancy, options.redundancy);
  Set(plugin_, kParamMidi, options.midi);
  plugin_.SetParam(kParamChannel, index + 1);
  if (!plugin_.Activate(options.sampleRate, options.blockFrames, options.channels, options.channels)) {
    std::fprintf(stderr, "plugin-driver: the plugin refuses rate or block\n");
    std::exit(1);
  }
}

void Track::Fill(float value) {
  for (std::vector<float>& channel : in_) std::fill(channel.begin(), channel.end(), value);
}

void Track::Process() { Process(nullptr, 0); }

void Track::Process(uint8_t status, uint8_t first, uint8_t second) {
  InputEvent event = {};
  event.kind = InputEvent::kMidi;
  event.size = 3;
  event.small[0] = status;
  event.small[1] = first;
  event.small[2] = second;
  Process(&event, 1);
}

void Track::Process(const InputEvent* events, uint32_t count) {
  const AudioThreadScope scope;
  const auto channels = static_cast<uint32_t>(in_.size());
  plugin_.ProcessBlock({.in = inPointers_.data(),
                        .out = outPointers_.data(),
                        .channelsIn = channels,
                        .channelsOut = channels,
                        .frames = blockFrames_,
                        .events = events,
                        .eventCount = count,
                        .transport = nullptr,
                        .offline = false});
}

PluginBank::PluginBank(const BankOptions& options) {
  for (uint32_t i = 0; i < options.instances; i++) tracks_.push_back(std::make_unique<Track>(options, i));
}

bool PluginBank::Attached() {
  std::string whyNot;
  const std::optional<std::string> name = SegmentObjectName(SegmentNameFromEnvironment());
  if (segment_ == nullptr && name) segment_ = Segment::Open(*name, SegmentAccess::kSparse, &whyNot);
  if (segment_ == nullptr) return false;
  for (uint32_t i = 0; i < tracks_.size(); i++) {
    const SlotControl& slot = segment_->slot(i);
    if (slot.state.load() != static_cast<uint32_t>(RoleState::kLive)) return false;
    if (slot.ownerPid.load() != static_cast<uint32_t>(getpid())) return false;
  }
  return true;
}

uint32_t PluginBank::BellsRung(uint32_t index) const { return segment_->slot(index).bellsRung.load(); }

}  // namespace jambridge::bench
