// segment-layout.h as JavaScript sees it: the compiler's own offsets under flat names. A test reads
// the header and compares, so that no field can be forgotten here.
#include <cstddef>

#include "bridge/addon/exports.h"
#include "bridge/shm/segment-layout.h"

namespace jambridge {
namespace {

struct Entry {
  const char* name;
  uint32_t value;
};

#define HEADER(field) \
  { "header." #field, offsetof(SegmentHeader, field) }
#define SLOT(field) \
  { "slot." #field, offsetof(SlotControl, field) }
#define CONTROL(field) \
  { "control." #field, offsetof(ControlBlock, field) }
#define REMOTE(field) \
  { "remote." #field, offsetof(RemoteTransport, field) }
#define MIDI(field) \
  { "midiRecord." #field, offsetof(MidiRecordHeader, field) }
#define CONSTANT(name) \
  { #name, static_cast < uint32_t>(name) }

// Offsets of `control.*` count from the control block, which lies at `slot.control` in its slot; those of
// `remote.*` likewise.
constexpr Entry kEntries[] = {
    // clang-format off
    HEADER(magic), HEADER(revision), HEADER(headerBytes), HEADER(statusOffset), HEADER(statusBytes),
    HEADER(slotsOffset), HEADER(slotCount), HEADER(slotBytes), HEADER(segmentBytes), HEADER(retired),
    HEADER(engineState), HEADER(enginePid), HEADER(engineStartStamp), HEADER(engineHeartbeatMs),
    HEADER(engineGeneration), HEADER(engineSleeping), HEADER(publishCount), HEADER(doorbellName),
    HEADER(sessionName), HEADER(statusSequence), HEADER(statusLength),

    SLOT(state), SLOT(ownerPid), SLOT(ownerStartStamp), SLOT(ownerHeartbeatMs), SLOT(claimStamp),
    SLOT(captureEnd), SLOT(midiCaptureWrite), SLOT(midiPlayoutRead), SLOT(underruns),
    SLOT(underrunFrames), SLOT(midiDropped), SLOT(bellsRung), SLOT(playoutEnd), SLOT(playoutStamp),
    SLOT(midiCaptureRead), SLOT(midiPlayoutWrite), SLOT(slotStatus), SLOT(streamsHeard),
    SLOT(latencyFrames), SLOT(remote), SLOT(control),

    CONTROL(sequence), CONTROL(streamStamp), CONTROL(active), CONTROL(mode), CONTROL(channel),
    CONTROL(latencyMs), CONTROL(midiOn), CONTROL(redundancy), CONTROL(channelCountIn),
    CONTROL(channelCountOut), CONTROL(sampleRate), CONTROL(blockFramesMax), CONTROL(blockFrames),
    CONTROL(blockFrame), CONTROL(blockTimeNs), CONTROL(offline), CONTROL(transportFlags),
    CONTROL(songFrame), CONTROL(tempo), CONTROL(signatureNumerator), CONTROL(signatureDenominator),
    CONTROL(loopStartFrame), CONTROL(loopEndFrame), CONTROL(name), CONTROL(streamFrame),
    CONTROL(timeline), CONTROL(follower),

    REMOTE(sequence), REMOTE(serial), REMOTE(flags), REMOTE(songFrame), REMOTE(slotFrame),

    MIDI(frame), MIDI(length), MIDI(flags),

    CONSTANT(kSegmentMagic), CONSTANT(kSegmentRevision), CONSTANT(kHeaderBytes), CONSTANT(kStatusBytes),
    CONSTANT(kSlotCount), CONSTANT(kChannelsMax), CONSTANT(kRingFrames), CONSTANT(kBlockFramesMax),
    CONSTANT(kMidiRingBytes), CONSTANT(kMidiPieceBytesMax), CONSTANT(kNameBytes), CONSTANT(kMidiContinues),
    CONSTANT(kControlPageBytes), CONSTANT(kChannelRingBytes), CONSTANT(kMidiCaptureOffset),
    CONSTANT(kMidiPlayoutOffset), CONSTANT(kCaptureOffset), CONSTANT(kPlayoutOffset), CONSTANT(kSlotBytes),
    CONSTANT(kStatusOffset), CONSTANT(kSlotsOffset), CONSTANT(kSegmentBytes),
    CONSTANT(kTransportPlaying), CONSTANT(kTransportRecording), CONSTANT(kTransportLooping),
    CONSTANT(kTransportTempoValid), CONSTANT(kTransportSignatureValid), CONSTANT(kTransportPositionValid),

    CONSTANT(RoleState::kFree), CONSTANT(RoleState::kClaiming), CONSTANT(RoleState::kLive),
    CONSTANT(PluginMode::kSend), CONSTANT(PluginMode::kReceive), CONSTANT(PluginMode::kSendReceive),
    CONSTANT(PluginMode::kBypass), CONSTANT(Redundancy::kNone), CONSTANT(Redundancy::kBurst),
    CONSTANT(Redundancy::kJellie), CONSTANT(Redundancy::kFec),
    CONSTANT(SlotStatus::kNoEngine), CONSTANT(SlotStatus::kNoPeers), CONSTANT(SlotStatus::kConnected),
    CONSTANT(SlotStatus::kReceiving), CONSTANT(SlotStatus::kRefused),

    {"sizeof.SegmentHeader", sizeof(SegmentHeader)}, {"sizeof.SlotControl", sizeof(SlotControl)},
    {"sizeof.ControlBlock", sizeof(ControlBlock)}, {"sizeof.RemoteTransport", sizeof(RemoteTransport)},
    {"sizeof.MidiRecordHeader", sizeof(MidiRecordHeader)},
    // clang-format on
};

}  // namespace

void ExportLayout(Napi::Env env, Napi::Object exports) {
  const Napi::Object table = Napi::Object::New(env);
  for (const Entry& entry : kEntries) table.Set(entry.name, Napi::Number::New(env, entry.value));
  table.Freeze();
  exports.Set("LAYOUT", table);
}

}  // namespace jambridge
