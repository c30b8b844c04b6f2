// process(): the route of a block through the plugin. Everything here is [audio-thread, active].
#include <algorithm>
#include <cstring>

#include "bridge/shm/clock.h"
#include "bridge/shm/engine-role.h"
#include "plugin/shim/instance.h"
#include "plugin/shim/thread-check.h"

namespace jambridge {
namespace {

void PassThrough(const ProcessArgs& args) {
  for (uint32_t channel = 0; channel < args.channelsOut; channel++) {
    float* out = args.out[channel];
    if (out == nullptr) continue;
    const float* in = channel < args.channelsIn ? args.in[channel] : nullptr;
    if (in != nullptr) {
      std::memmove(out, in, args.frames * sizeof(float));
    } else {
      std::memset(out, 0, args.frames * sizeof(float));
    }
  }
}

/** The events of the next piece, from `first` on; the last piece gets all that are left. */
uint32_t CountEvents(const ProcessArgs& args, uint32_t first, uint32_t end) {
  if (end == args.frames) return args.eventCount - first;
  uint32_t count = 0;
  while (first + count < args.eventCount && args.events[first + count].offset < end) count++;
  return count;
}

}  // namespace

void Plugin::Instance::Process(const ProcessArgs& args) {
  AssertAudioThread("Plugin::Instance::Process");
  // SYNC POINT active (other end: Activate).
  if (!active_.load(std::memory_order_acquire)) {
    PassThrough(args);
    return;
  }
  const uint64_t timeNs = MonotonicNs();
  const SlotView* view = attachment_->Begin();
  BeginBlock(args, view, timeNs);
  const uint32_t pieceFramesMax = pieceFramesMax_.load(std::memory_order_relaxed);
  uint32_t from = 0;
  uint32_t firstEvent = 0;
  do {
    const uint32_t frames = std::min(args.frames - from, pieceFramesMax);
    const uint32_t events = CountEvents(args, firstEvent, from + frames);
    const std::span<const InputEvent> eventsHere =
        events == 0 ? std::span<const InputEvent>{} : std::span(args.events + firstEvent, events);
    ProcessPiece({&args, from, frames, eventsHere, frame_, timeNs, rendering_}, view);
    frame_ += frames;
    from += frames;
    firstEvent += events;
  } while (from < args.frames);
  attachment_->End();
}

void Plugin::Instance::BeginBlock(const ProcessArgs& args, const SlotView* view, uint64_t timeNs) {
  const bool flows = watchFlow_ && flow_.Observe(args.frames, timeNs);
  const bool rendering = args.offline || flows;
  // A render begins with nothing of what was played before, so that the next one is the same.
  if (resets_.exchange(false, std::memory_order_relaxed) || (rendering && !rendering_)) {
    delay_.Clear();
    midiOut_.DropDelayed();
    snapGains_ = true;
  }
  rendering_ = rendering;
  const std::optional<RemoteMove> move = remote_.Look(view, frame_);
  if (move && !rendering && params_.IsOn(kParamFollowTransport)) sink_->FollowRemote(*move);
}

void Plugin::Instance::ProcessPiece(const Piece& piece, const SlotView* view) {
  Pass pass = {};
  pass.view = view;
  pass.before = params_.Snapshot();
  pass.after = ApplyParams(piece, pass.before);
  pass.engineAlive = view != nullptr && EngineAlive(*view->header, HeartbeatMs(piece.timeNs));
  CaptureInput(piece, pass);
  TakePlayout(piece, pass);
  if (pass.streaming) capture_.Publish(*view);
  Mix(piece, pass);
  SendMidi(piece, pass);
}

ParamSnapshot Plugin::Instance::ApplyParams(const Piece& piece, const ParamSnapshot& before) {
  ParamSnapshot after = before;
  for (const InputEvent& event : piece.events) {
    if (event.kind != InputEvent::kParam) continue;
    SetParam(event.param, event.value);
    after.Apply(event.param, event.value);
  }
  return after;
}

void Plugin::Instance::CaptureInput(const Piece& piece, Pass& pass) {
  const bool wasStreaming = streaming_ && pass.view != nullptr && pass.view->serial == streamingSerial_;
  streaming_ = pass.streaming = pass.view != nullptr && !pass.after.Bypassed() && !piece.rendering;
  if (!streaming_) {
    if (!wasStreaming) return;
    // The engine hears once why nothing more will come.
    capture_.WriteControlBlock(*pass.view, piece, pass.after);
    capture_.Publish(*pass.view);
    return;
  }
  if (!wasStreaming) {
    // Frames of a stream are contiguous; after any gap another one begins.
    capture_.BeginStream(*pass.view, piece.frame);
    streamingSerial_ = pass.view->serial;
  }
  CaptureMidi(piece, pass);
  capture_.WriteControlBlock(*pass.view, piece, pass.after);
  capture_.WriteAudio(*pass.view, piece);
}

void Plugin::Instance::CaptureMidi(const Piece& piece, const Pass& pass) {
  // Without an engine nobody empties the ring: what it held would sound when one comes.
  if (!pass.engineAlive) return;
  ParamSnapshot params = pass.before;
  for (const InputEvent& event : piece.events) {
    if (event.kind == InputEvent::kParam) {
      params.Apply(event.param, event.value);
    } else if (HasMidi(event) && params.Sends() && params.midiOn) {
      capture_.WriteMidi(*pass.view, piece.frame + piece.OffsetOf(event), MidiBytes(event), event.size);
    }
  }
}

void Plugin::Instance::SendMidi(const Piece& piece, const Pass& pass) {
  midiOut_.BeginPiece(piece);
  ParamSnapshot params = pass.before;
  for (const InputEvent& event : piece.events) {
    if (event.kind == InputEvent::kParam) {
      params.Apply(event.param, event.value);
    } else {
      midiOut_.TakeDry(event, params.Bypassed() || params.dry > 0);
    }
  }
  midiOut_.EndPiece();
}

}  // namespace jambridge
