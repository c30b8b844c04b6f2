// out = dry gain * dry + wet gain * wet, bit-exact wherever one of the two says nothing.
#pragma once

#include <cstdint>

#include "plugin/shim/gain.h"

namespace jambridge {

// +60 dBFS: no music is louder; numbers beyond it, and those that are none, are a stranger's garbage.
inline constexpr float kPlayoutSampleMax = 1024.0F;

/** Garbage becomes silence; everything else stays as it is to the bit. [audio-thread] */
void SilenceGarbage(float* samples, uint32_t frames);

/**
 * One channel, one run of frames. `dry` and `wet` may be null: silence. `dry` may be the same memory as
 * `out`. A gain of exactly 1 changes no bit of its sample, and a path that is zero, by gain or by sample,
 * leaves the other's bits alone (the sign of a zero too). [audio-thread]
 */
void MixRun(const float* dry, GainLine dryGain, const float* wet, GainLine wetGain, float* out,
            uint32_t frames);

}  // namespace jambridge
