// The engine role: at most one engine serves a segment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge/shm/segment.h"

namespace jambridge {

struct EngineClaim {
  bool ok;
  uint32_t generation;  // when ok
  uint32_t holderPid;   // when not
};

/**
 * Claims the role (a dead engine's too), invalidates every playout ring that the predecessor filled,
 * and goes live. [engine-thread]
 */
EngineClaim ClaimEngine(Segment& segment, std::string_view sessionName);

/** [engine-thread] */
void BeatEngine(Segment& segment);

/** Gives the role back; removes the segment's name if no slot is live and the caller wants it.
 * [engine-thread] */
void ReleaseEngine(Segment& segment, bool unlinkIfUnused);

/** Live and with a fresh heartbeat. [any-thread] */
bool EngineAlive(const SegmentHeader& header, uint32_t nowMs);

/** UTF-8, cut to fit, always NUL-terminated; readers may see a mix of old and new. [any-thread] */
void StoreSharedText(char (&shared)[kNameBytes], std::string_view text);
std::string LoadSharedText(const char (&shared)[kNameBytes]);

}  // namespace jambridge
