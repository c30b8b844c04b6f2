// The mixing stage of process(): dry and wet into the host's buffers. Everything here is
// [audio-thread, active].
#include <algorithm>
#include <cstring>
#include <functional>

#include "plugin/shim/instance.h"
#include "plugin/shim/mixer.h"

namespace jambridge {
namespace {

bool Overlap(const float* a, const float* b, uint32_t frames) {
  const std::less<const float*> before;
  return before(a, b + frames) && before(b, a + frames);
}

}  // namespace

void Plugin::Instance::Mix(const Piece& piece, const Pass& pass) {
  PrepareDry(piece);
  ParamSnapshot params = pass.before;
  AimGains(pass, params);
  uint32_t done = 0;
  for (const InputEvent& event : piece.events) {
    if (event.kind != InputEvent::kParam) continue;
    const uint32_t offset = std::max(piece.OffsetOf(event), done);
    MixRange(piece, pass, done, offset);
    done = offset;
    params.Apply(event.param, event.value);
    AimGains(pass, params);
  }
  MixRange(piece, pass, done, piece.frames);
  delay_.Advance(piece.frames);
}

void Plugin::Instance::AimGains(const Pass& pass, const ParamSnapshot& params) {
  const float dry = params.Bypassed() ? 1.0F : params.dry;
  const float wet = params.Receives() && pass.wetOpen ? params.wet : 0.0F;
  if (snapGains_) {  // nothing was heard yet: nothing to glide from
    dryGain_.Jump(dry);
    wetGain_.Jump(wet);
    return;
  }
  // From the event's own frame, for a time of its own: the same in blocks of any size.
  dryGain_.MoveTo(dry, gainFrames_);
  wetGain_.MoveTo(wet, gainFrames_);
}

void Plugin::Instance::MixRange(const Piece& piece, const Pass& pass, uint32_t begin, uint32_t end) {
  while (begin < end) {
    const bool hasWet = begin < pass.wetFrames;
    const uint32_t uniform = hasWet ? std::min(end, pass.wetFrames) - begin : end - begin;
    const uint32_t frames = std::min(dryGain_.Run(uniform), wetGain_.Run(uniform));
    for (uint32_t channel = 0; channel < piece.args->channelsOut; channel++) {
      float* out = piece.Out(channel);
      if (out == nullptr) continue;
      const float* dry = Dry(piece, channel);
      const float* wet = hasWet && channel < channelsOut_ ? playout_.Wet(channel) + begin : nullptr;
      MixRun(dry == nullptr ? nullptr : dry + begin, dryGain_.Line(), wet, wetGain_.Line(), out + begin,
             frames);
    }
    dryGain_.Advance(frames);
    wetGain_.Advance(frames);
    begin += frames;
    snapGains_ = false;
  }
}

void Plugin::Instance::PrepareDry(const Piece& piece) {
  const bool delayed = delay_.frames() != 0;
  dryIsCopied_ = delayed || OutputsHitInputs(piece);
  if (!dryIsCopied_) return;
  for (uint32_t channel = 0; channel < channelsIn_; channel++) {
    float* copy = DryCopy(channel);
    const float* in = piece.In(channel);
    if (delayed) {
      delay_.Process(channel, in, copy, piece.frames);
    } else if (in != nullptr) {
      std::memcpy(copy, in, piece.frames * sizeof(float));
    } else {
      std::memset(copy, 0, piece.frames * sizeof(float));
    }
  }
}

/** In place is fine, channel by channel; writing one channel may not destroy the input of another. */
bool Plugin::Instance::OutputsHitInputs(const Piece& piece) const {
  for (uint32_t written = 0; written < piece.args->channelsOut; written++) {
    const float* out = piece.Out(written);
    if (out == nullptr) continue;
    for (uint32_t later = written; later < piece.args->channelsOut; later++) {
      const float* in = piece.In(DrySource(piece, later));
      if (in == nullptr || (later == written && in == out)) continue;
      if (Overlap(out, in, piece.frames)) return true;
    }
  }
  return false;
}

uint32_t Plugin::Instance::DrySource(const Piece& piece, uint32_t outChannel) const {
  return std::min(piece.args->channelsIn, channelsIn_) == 1 ? 0 : outChannel;  // mono is heard everywhere
}

float* Plugin::Instance::DryCopy(uint32_t channel) {
  return dryCopy_.data() + static_cast<size_t>(channel) * pieceFramesMax_.load(std::memory_order_relaxed);
}

const float* Plugin::Instance::Dry(const Piece& piece, uint32_t outChannel) {
  const uint32_t source = DrySource(piece, outChannel);
  if (!dryIsCopied_) return piece.In(source);
  return source < channelsIn_ ? DryCopy(source) : nullptr;
}

}  // namespace jambridge
