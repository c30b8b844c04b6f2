// The one table of the shared-memory segment: every offset, in bytes, that either side may rely on.
//
// Plugin and engine are different programs in different languages, built at different times, that
// meet only here. C++ asserts this table at compile time; the addon exports it, so that TypeScript
// uses the same numbers instead of a copy. Little-endian; every field is naturally aligned.
//
//   segment:  header page | status text | slot 0 | slot 1 | ... | slot 63
//   slot:     control page | MIDI capture ring | MIDI playout ring | capture ring | playout ring
//
// Frames are absolute (64-bit). Where a frame number is published by an atomic, only its low 32
// bits are, compared wrap-safely; the rings hold far less than 2^31 frames.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace jambridge {

inline constexpr uint32_t kSegmentMagic = 0x424D414AU;  // the bytes "JAMB"
inline constexpr uint32_t kSegmentRevision = 2;
inline constexpr uint32_t kHeaderBytes = 4096;
inline constexpr uint32_t kStatusBytes = 256 * 1024;  // UTF-8 JSON, under statusSequence
inline constexpr uint32_t kSlotCount = 64;
inline constexpr uint32_t kChannelsMax = 16;
inline constexpr uint32_t kRingFrames = 65536;  // power of two: 1.36 s at 48 kHz, 341 ms at 192 kHz
inline constexpr uint32_t kBlockFramesMax = 8192;
inline constexpr uint32_t kMidiRingBytes = 128 * 1024;  // power of two: holds a 64 KiB SysEx whole
inline constexpr uint32_t kMidiPieceBytesMax = 1024;    // longer messages travel as several records
inline constexpr uint32_t kNameBytes = 64;              // UTF-8, NUL-terminated

using AtomicU32 = std::atomic<uint32_t>;
using AtomicU64 = std::atomic<uint64_t>;
static_assert(AtomicU32::is_always_lock_free && sizeof(AtomicU32) == 4);
static_assert(AtomicU64::is_always_lock_free && sizeof(AtomicU64) == 8);

// Who may write: engine = the process in the engine role; keeper = the shim's keeper thread;
// audio = [audio-thread] of the instance that owns the slot.

enum class RoleState : uint32_t { kFree = 0, kClaiming = 1, kLive = 2 };

struct SegmentHeader {
  // Geometry: written once by the creator, before magic.
  uint32_t magic;
  uint32_t revision;
  uint32_t headerBytes;
  uint32_t statusOffset;
  uint32_t statusBytes;
  uint32_t slotsOffset;
  uint32_t slotCount;
  uint32_t slotBytes;
  uint32_t segmentBytes;
  AtomicU32 retired;  // 1: this object was replaced under its name; map the name again
  uint32_t reserved0[6];

  // The engine role (offset 64). Writer: engine.
  AtomicU32 engineState;  // RoleState
  AtomicU32 enginePid;
  AtomicU64 engineStartStamp;   // when that process started: tells a reused pid apart
  AtomicU32 engineHeartbeatMs;  // monotonic ms, low 32 bits; fresher than 500 ms = alive
  AtomicU32 engineGeneration;   // +1 each time the role is claimed
  AtomicU32 engineSleeping;     // eventcount: 1 = ring the doorbell after publishing
  uint32_t reserved1[9];

  // Eventcount (offset 128), a cache line of its own. Writers: every audio thread.
  AtomicU32 publishCount;  // +1 after each process() has published its block
  uint32_t reserved2[15];

  // Texts (offset 192). Writer: engine, while it claims the role.
  char doorbellName[kNameBytes];  // address of the doorbell socket
  char sessionName[kNameBytes];

  // Status (offset 320). Writer: engine.
  AtomicU32 statusSequence;  // odd while being written
  AtomicU32 statusLength;    // bytes of JSON in the status area
  uint32_t reserved3[14];
};

enum class PluginMode : uint32_t { kSend = 0, kReceive = 1, kSendReceive = 2, kBypass = 3 };
enum class Redundancy : uint32_t { kNone = 0, kBurst = 1, kJellie = 2, kFec = 3 };

// What the engine tells one slot; also the values of the plugin's status parameter.
enum class SlotStatus : uint32_t {
  kNoEngine = 0,
  kNoPeers = 1,
  kConnected = 2,
  kReceiving = 3,
  kRefused = 4
};

enum TransportFlags : uint32_t {
  kTransportPlaying = 1U << 0,
  kTransportRecording = 1U << 1,
  kTransportLooping = 1U << 2,
  kTransportTempoValid = 1U << 3,
  kTransportSignatureValid = 1U << 4,
  kTransportPositionValid = 1U << 5,
};

// The control block: written whole under `sequence` (odd while being written) by [audio-thread] in
// every process(), and by [main-thread] only while the instance is inactive.
struct ControlBlock {
  AtomicU32 sequence;
  uint32_t streamStamp;  // new, nonzero value for each activation or restart of the frame counter
  uint32_t active;       // 1 between activate and deactivate
  uint32_t mode;         // PluginMode
  uint32_t channel;      // 1..64
  float latencyMs;       // receive latency
  uint32_t midiOn;
  uint32_t redundancy;  // Redundancy
  uint32_t channelCountIn;
  uint32_t channelCountOut;
  double sampleRate;
  uint32_t blockFramesMax;  // as declared by the host at activation
  uint32_t blockFrames;     // of the last block
  uint64_t blockFrame;      // absolute frame at which the last block began
  uint64_t blockTimeNs;     // monotonic time when its process() began
  uint32_t offline;         // 1: the host renders faster or slower than real time
  uint32_t transportFlags;
  int64_t songFrame;
  double tempo;
  uint32_t signatureNumerator;
  uint32_t signatureDenominator;
  int64_t loopStartFrame;
  int64_t loopEndFrame;
  char name[kNameBytes];
  uint64_t streamFrame;  // absolute frame at which this stream began
  uint32_t timeline;     // 1: remote material lands at the song position at which it was played
  uint32_t follower;     // 1: this host's transport follows another's: what it does is no command to others
};

// What the transport of another host, of one that is no follower itself, last did. Written whole under
// `sequence` (odd while being written) by the engine, with a new `serial` at each play, stop and locate.
struct RemoteTransport {
  AtomicU32 sequence;
  uint32_t serial;  // 0: nothing yet
  uint32_t flags;   // TransportFlags: playing, position valid
  uint32_t reserved;
  int64_t songFrame;   // in frames of this slot's sample rate
  uint64_t slotFrame;  // this slot's absolute frame at which the song is, or was, there
};

struct SlotControl {
  // Ownership (offset 0). Writer: keeper; or the engine, to take back a dead owner's slot.
  AtomicU32 state;  // RoleState
  AtomicU32 ownerPid;
  AtomicU64 ownerStartStamp;
  AtomicU32 ownerHeartbeatMs;
  AtomicU32 claimStamp;  // new, nonzero value for each claim
  uint32_t reserved0[10];

  // Published by [audio-thread] (offset 64).
  AtomicU32 captureEnd;        // low 32 bits of the frame after the last captured one
  AtomicU32 midiCaptureWrite;  // bytes ever written to the MIDI capture ring
  AtomicU32 midiPlayoutRead;   // bytes ever taken from the MIDI playout ring
  AtomicU32 underruns;         // blocks that missed at least one playout frame
  AtomicU32 underrunFrames;
  AtomicU32 midiDropped;  // events that did not fit into the MIDI capture ring
  AtomicU32 bellsRung;
  uint32_t reserved1[9];

  // Published by the engine (offset 128).
  AtomicU32 playoutEnd;    // low 32 bits of the frame after the last playable one
  AtomicU32 playoutStamp;  // the streamStamp for which the playout ring holds frames; 0 = none
  AtomicU32 midiCaptureRead;
  AtomicU32 midiPlayoutWrite;
  AtomicU32 slotStatus;  // SlotStatus
  AtomicU32 streamsHeard;
  AtomicU32 latencyFrames;  // receive latency in effect, block allowances included
  uint32_t reserved2;
  RemoteTransport remote;  // offset 160
  uint32_t reserved3[16];

  ControlBlock control;  // offset 256
};

// A MIDI record: this header, then `length` bytes, padded to 4. Both rings alike.
struct MidiRecordHeader {
  uint32_t frame;   // low 32 bits of the absolute frame
  uint16_t length;  // bytes of this piece
  uint16_t flags;   // kMidiContinues: the message goes on in the next record
};
inline constexpr uint16_t kMidiContinues = 1;

inline constexpr uint32_t kControlPageBytes = 4096;
inline constexpr uint32_t kChannelRingBytes = kRingFrames * 4;
inline constexpr uint32_t kMidiCaptureOffset = kControlPageBytes;
inline constexpr uint32_t kMidiPlayoutOffset = kMidiCaptureOffset + kMidiRingBytes;
inline constexpr uint32_t kCaptureOffset = kMidiPlayoutOffset + kMidiRingBytes;  // planar f32
inline constexpr uint32_t kPlayoutOffset = kCaptureOffset + kChannelsMax * kChannelRingBytes;
inline constexpr uint32_t kSlotBytes = kPlayoutOffset + kChannelsMax * kChannelRingBytes;
inline constexpr uint32_t kStatusOffset = kHeaderBytes;
inline constexpr uint32_t kSlotsOffset = kStatusOffset + kStatusBytes;
inline constexpr uint32_t kSegmentBytes = kSlotsOffset + kSlotCount * kSlotBytes;

static_assert(sizeof(SegmentHeader) == 384 && sizeof(SegmentHeader) <= kHeaderBytes);
static_assert(offsetof(SegmentHeader, engineState) == 64);
static_assert(offsetof(SegmentHeader, publishCount) == 128);
static_assert(offsetof(SegmentHeader, doorbellName) == 192);
static_assert(offsetof(SegmentHeader, statusSequence) == 320);
static_assert(offsetof(SlotControl, captureEnd) == 64);
static_assert(offsetof(SlotControl, playoutEnd) == 128);
static_assert(offsetof(SlotControl, remote) == 160 && sizeof(RemoteTransport) == 32);
static_assert(offsetof(SlotControl, control) == 256);
static_assert(sizeof(ControlBlock) == 200 && sizeof(SlotControl) <= kControlPageBytes);
static_assert(sizeof(MidiRecordHeader) == 8);

}  // namespace jambridge
