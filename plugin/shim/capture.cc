#include "plugin/shim/capture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "bridge/shm/audio-ring.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/midi-ring.h"
#include "bridge/shm/seqlock.h"

namespace jambridge {
namespace {

void CopyTransport(const Transport* transport, ControlBlock* control) {
  const Transport none = {};
  const Transport& from = transport == nullptr ? none : *transport;
  control->transportFlags = from.flags;
  control->songFrame = from.songFrame;
  control->tempo = std::isfinite(from.tempo) ? from.tempo : 0;
  control->signatureNumerator = from.signatureNumerator;
  control->signatureDenominator = from.signatureDenominator;
  control->loopStartFrame = from.loopStartFrame;
  control->loopEndFrame = from.loopEndFrame;
}

}  // namespace

void Capture::Reset(const Setup& setup, std::string_view name, uint32_t firstStamp) {
  std::destroy_at(&control_);
  std::construct_at(&control_);
  control_.sampleRate = setup.sampleRate;
  control_.blockFramesMax = setup.blockFramesMax;
  control_.channelCountIn = setup.channelsIn;
  control_.channelCountOut = setup.channelsOut;
  control_.streamStamp = firstStamp;
  StoreSharedText(control_.name, name);
  latencyMs_ = setup.latencyMs;
  serial_ = 0;
}

void Capture::BeginStream(const SlotView& view, uint64_t frame) {
  // Numbers of a full-period generator: none returns within any memory of ours. Stamps from the operating
  // system would cost a system call here.
  do control_.streamStamp = control_.streamStamp * 1664525U + 1013904223U;
  while (control_.streamStamp == 0);
  control_.streamFrame = frame;
  if (serial_ == view.serial) return;
  serial_ = view.serial;
  midiPosition_ = 0;
  midiDropped_ = 0;
  bellsRung_ = 0;
}

bool Capture::WriteMidi(const SlotView& view, uint64_t frame, const uint8_t* data, uint32_t size) {
  SlotControl& slot = *view.control;
  MidiRingWriter ring(view.rings.midiCapture, slot.midiCaptureWrite, slot.midiCaptureRead, midiPosition_);
  const bool written = ring.Write(static_cast<uint32_t>(frame), data, size);
  midiPosition_ = ring.position();
  if (!written) slot.midiDropped.store(++midiDropped_, std::memory_order_relaxed);
  return written;
}

void Capture::WriteControlBlock(const SlotView& view, const Piece& piece, const ParamSnapshot& params) {
  control_.active = 1;
  control_.mode = static_cast<uint32_t>(params.Mode());
  control_.channel = params.channel;
  control_.latencyMs = latencyMs_ > 0 ? latencyMs_ : static_cast<float>(params.latencyMs);
  control_.midiOn = params.midiOn ? 1 : 0;
  control_.redundancy = static_cast<uint32_t>(params.redundancy);
  control_.timeline = params.timeline ? 1 : 0;
  control_.follower = params.followTransport ? 1 : 0;
  control_.blockFrames = piece.frames;
  control_.blockFrame = piece.frame;
  control_.blockTimeNs = piece.timeNs;
  control_.offline = piece.rendering ? 1 : 0;
  CopyTransport(piece.args->transport, &control_);
  // SYNC POINT control-block (other end: readControl of the engine's slot view).
  WriteControl(view.control->control, control_);
}

void Capture::WriteAudio(const SlotView& view, const Piece& piece) {
  for (uint32_t channel = 0; channel < view.channelsIn; channel++) {
    float* ring = view.rings.capture + static_cast<size_t>(channel) * kRingFrames;
    if (const float* in = piece.In(channel)) {
      WriteRing(ring, piece.frame, in, piece.frames);
    } else {
      ZeroRing(ring, piece.frame, piece.frames);
    }
  }
  // SYNC POINT capture-end (other end: captureEnd of the engine's slot): who sees the end sees the frames
  // before it, their control block and their MIDI.
  view.control->captureEnd.store(static_cast<uint32_t>(piece.frame + piece.frames),
                                 std::memory_order_release);
}

void Capture::Publish(const SlotView& view) {
  if (!PublishBlock(*view.header)) return;
  view.doorbell->Ring(*view.header);
  view.control->bellsRung.store(++bellsRung_, std::memory_order_relaxed);
}

}  // namespace jambridge
