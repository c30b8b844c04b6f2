#include "plugin/shim/mixer.h"

#include <cmath>
#include <cstring>

namespace jambridge {
namespace {

bool Zero(GainLine gain) { return gain.Constant() && gain.from == 0.0F; }

void Scale(const float* source, GainLine gain, float* out, uint32_t frames) {
  if (gain.Constant() && gain.from == 1.0F) {
    std::memmove(out, source, frames * sizeof(float));
  } else if (gain.Constant()) {
    for (uint32_t i = 0; i < frames; i++) out[i] = source[i] * gain.from;
  } else {
    for (uint32_t i = 0; i < frames; i++) out[i] = source[i] * gain.Value(static_cast<int32_t>(i));
  }
}

/** A sum in which a zero leaves the other's bits alone: (-0) + (+0) would lose a sign. */
float Sum(float dry, float wet) {
  if (wet == 0.0F) return dry;
  return dry == 0.0F ? wet : dry + wet;
}

}  // namespace

void SilenceGarbage(float* samples, uint32_t frames) {
  for (uint32_t i = 0; i < frames; i++) {
    samples[i] = std::fabs(samples[i]) <= kPlayoutSampleMax ? samples[i] : 0.0F;
  }
}

void MixRun(const float* dry, GainLine dryGain, const float* wet, GainLine wetGain, float* out,
            uint32_t frames) {
  if (Zero(dryGain)) dry = nullptr;
  if (Zero(wetGain)) wet = nullptr;
  if (dry == nullptr && wet == nullptr) {
    std::memset(out, 0, frames * sizeof(float));
  } else if (wet == nullptr) {
    Scale(dry, dryGain, out, frames);
  } else if (dry == nullptr) {
    Scale(wet, wetGain, out, frames);
  } else if (dryGain.Constant() && wetGain.Constant()) {
    for (uint32_t i = 0; i < frames; i++) out[i] = Sum(dry[i] * dryGain.from, wet[i] * wetGain.from);
  } else {
    for (uint32_t i = 0; i < frames; i++) {
      const auto at = static_cast<int32_t>(i);
      out[i] = Sum(dry[i] * dryGain.Value(at), wet[i] * wetGain.Value(at));
    }
  }
}

}  // namespace jambridge
