// The table itself: whoever changes an offset must change it here too, and raise kSegmentRevision.
#include <cstring>

#include "bridge/shm/segment-layout.h"
#include "test/support/check.h"

using namespace jambridge;

namespace {

static_assert(kSegmentRevision == 2);

#define AT(type, field, offset) static_assert(offsetof(type, field) == (offset), #type "." #field)

AT(SegmentHeader, magic, 0);
AT(SegmentHeader, revision, 4);
AT(SegmentHeader, headerBytes, 8);
AT(SegmentHeader, statusOffset, 12);
AT(SegmentHeader, statusBytes, 16);
AT(SegmentHeader, slotsOffset, 20);
AT(SegmentHeader, slotCount, 24);
AT(SegmentHeader, slotBytes, 28);
AT(SegmentHeader, segmentBytes, 32);
AT(SegmentHeader, retired, 36);
AT(SegmentHeader, engineState, 64);
AT(SegmentHeader, enginePid, 68);
AT(SegmentHeader, engineStartStamp, 72);
AT(SegmentHeader, engineHeartbeatMs, 80);
AT(SegmentHeader, engineGeneration, 84);
AT(SegmentHeader, engineSleeping, 88);
AT(SegmentHeader, publishCount, 128);
AT(SegmentHeader, doorbellName, 192);
AT(SegmentHeader, sessionName, 256);
AT(SegmentHeader, statusSequence, 320);
AT(SegmentHeader, statusLength, 324);

AT(SlotControl, state, 0);
AT(SlotControl, ownerPid, 4);
AT(SlotControl, ownerStartStamp, 8);
AT(SlotControl, ownerHeartbeatMs, 16);
AT(SlotControl, claimStamp, 20);
AT(SlotControl, captureEnd, 64);
AT(SlotControl, midiCaptureWrite, 68);
AT(SlotControl, midiPlayoutRead, 72);
AT(SlotControl, underruns, 76);
AT(SlotControl, underrunFrames, 80);
AT(SlotControl, midiDropped, 84);
AT(SlotControl, bellsRung, 88);
AT(SlotControl, playoutEnd, 128);
AT(SlotControl, playoutStamp, 132);
AT(SlotControl, midiCaptureRead, 136);
AT(SlotControl, midiPlayoutWrite, 140);
AT(SlotControl, slotStatus, 144);
AT(SlotControl, streamsHeard, 148);
AT(SlotControl, latencyFrames, 152);
AT(SlotControl, remote, 160);
AT(SlotControl, control, 256);

AT(RemoteTransport, sequence, 0);
AT(RemoteTransport, serial, 4);
AT(RemoteTransport, flags, 8);
AT(RemoteTransport, songFrame, 16);
AT(RemoteTransport, slotFrame, 24);

AT(ControlBlock, sequence, 0);
AT(ControlBlock, streamStamp, 4);
AT(ControlBlock, sampleRate, 40);
AT(ControlBlock, blockFramesMax, 48);
AT(ControlBlock, blockFrame, 56);
AT(ControlBlock, blockTimeNs, 64);
AT(ControlBlock, songFrame, 80);
AT(ControlBlock, name, 120);
AT(ControlBlock, streamFrame, 184);
AT(ControlBlock, timeline, 192);
AT(ControlBlock, follower, 196);

// Rings begin on pages of their own, so that a hole can be punched between them.
static_assert(kMidiCaptureOffset % 4096 == 0 && kMidiPlayoutOffset % 4096 == 0);
static_assert(kCaptureOffset % 4096 == 0 && kPlayoutOffset % 4096 == 0);
static_assert(kSlotsOffset % 4096 == 0 && kSlotBytes % 4096 == 0);
static_assert(static_cast<uint64_t>(kSlotsOffset) + uint64_t{kSlotCount} * kSlotBytes == kSegmentBytes);
static_assert(kSegmentBytes < INT32_MAX);  // one ArrayBuffer, and 32-bit indexes into it

}  // namespace

int main() {
  char bytes[4];
  std::memcpy(bytes, &kSegmentMagic, 4);
  CHECK(std::memcmp(bytes, "JAMB", 4) == 0);
  return 0;
}
