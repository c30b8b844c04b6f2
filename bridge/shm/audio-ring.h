// A channel's ring of kRingFrames floats, indexed by absolute frame: position is arithmetic, there is no
// fill level. Capture: written by [audio-thread], read by [engine-thread]; playout: the reverse. Wait-free;
// nothing blocks when full: a frame overwrites the one kRingFrames before it. What is valid is said by
// captureEnd and playoutEnd, not by the ring.
#pragma once

#include <cstdint>
#include <cstring>

#include "bridge/shm/segment-layout.h"

namespace jambridge {

static_assert((kRingFrames & (kRingFrames - 1)) == 0);

/** `frames` <= kRingFrames. [audio-thread] */
inline void WriteRing(float* ring, uint64_t frame, const float* source, uint32_t frames) {
  const uint32_t start = static_cast<uint32_t>(frame) & (kRingFrames - 1);
  const uint32_t head = frames < kRingFrames - start ? frames : kRingFrames - start;
  std::memcpy(ring + start, source, head * sizeof(float));
  if (frames > head) std::memcpy(ring, source + head, (frames - head) * sizeof(float));
}

/** `frames` <= kRingFrames. [audio-thread] */
inline void ReadRing(const float* ring, uint64_t frame, float* destination, uint32_t frames) {
  const uint32_t start = static_cast<uint32_t>(frame) & (kRingFrames - 1);
  const uint32_t head = frames < kRingFrames - start ? frames : kRingFrames - start;
  std::memcpy(destination, ring + start, head * sizeof(float));
  if (frames > head) std::memcpy(destination + head, ring, (frames - head) * sizeof(float));
}

inline void ZeroRing(float* ring, uint64_t frame, uint32_t frames) {
  const uint32_t start = static_cast<uint32_t>(frame) & (kRingFrames - 1);
  const uint32_t head = frames < kRingFrames - start ? frames : kRingFrames - start;
  std::memset(ring + start, 0, head * sizeof(float));
  if (frames > head) std::memset(ring, 0, (frames - head) * sizeof(float));
}

/**
 * How many frames from `frame` on are ready, given the other side's `end` (low 32 bits), at most
 * `frames`. 0 for an end that can't be: a corrupt one costs silence. [audio-thread]
 */
inline uint32_t FramesReady(uint64_t frame, uint32_t end, uint32_t frames) {
  const uint32_t ahead = end - static_cast<uint32_t>(frame);
  if (ahead > kRingFrames) return 0;
  return ahead < frames ? ahead : frames;
}

}  // namespace jambridge
