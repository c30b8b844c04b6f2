// An engine for tests of the plugin: the engine's side of the contract and nothing else, served by hand so
// that every test is deterministic. It fills playout rings with a pattern that any frame can be checked by.
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bridge/shm/audio-ring.h"
#include "bridge/shm/clock.h"
#include "bridge/shm/doorbell.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/midi-ring.h"
#include "bridge/shm/seqlock.h"
#include "bridge/shm/slot.h"
#include "test/support/check.h"
#include "test/support/test-segment.h"

namespace jambridge::test {

/** What the engine plays in a slot's channel at an absolute frame; never 0, never the test's input. */
inline float PlayoutSample(uint32_t slot, uint32_t channel, uint64_t frame) {
  const uint64_t mixed = (frame * 1000003U + channel * 7919U + slot * 104729U) % 65521U;
  return -0.9F + static_cast<float>(mixed) / 131072.0F;
}

struct CapturedMidi {
  uint32_t frame;
  std::vector<uint8_t> bytes;
};

/** What the engine knows of one slot. */
struct EngineView {
  uint32_t claimStamp = 0;
  uint32_t streamStamp = 0;
  ControlBlock control{};
  uint64_t playoutEnd = 0;
  uint64_t captured = 0;                    // frame up to which capture was read
  std::vector<std::vector<float>> capture;  // of the current stream, from control.streamFrame
  std::vector<CapturedMidi> midi;
};

class FakeEngine {
 public:
  explicit FakeEngine(const std::string& object) : segment_(MustCreate(object)) {
    ReapDeadSlots(*segment_);
    CHECK(ClaimEngine(*segment_, "test").ok);
    std::string why;
    doorbell_ = DoorbellServer::Bind(segment_->header(), &why);
    CHECK(doorbell_ != nullptr);
  }
  ~FakeEngine() {
    if (segment_ != nullptr) Stop();
  }
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  /** How far ahead of the last block it renders, in frames; 0: only the next block. */
  uint32_t aheadFrames = 16384;
  bool plays = true;
  bool reads = true;

  Segment& segment() { return *segment_; }
  SegmentHeader& header() { return segment_->header(); }
  SlotControl& slot(uint32_t index) { return segment_->slot(index); }
  EngineView& view(uint32_t index) {
    if (views_[index] == nullptr) views_[index] = std::make_unique<EngineView>();
    return *views_[index];
  }
  DoorbellServer& doorbell() { return *doorbell_; }

  void Beat() { BeatEngine(*segment_); }

  /** For slow machines and sanitizers: never stale by itself, until MakeStale, Crash or the end. */
  void BeatInBackground() {
    beating_ = true;
    beater_ = std::thread([this] {
      for (; beating_; usleep(20000)) Beat();
    });
  }

  /** As when the engine hangs; the next Beat() or Serve() ends it. */
  void MakeStale(uint32_t ageMs = 1000) {
    StopBeating();
    header().engineHeartbeatMs.store(HeartbeatNow() - ageMs);
  }

  /** One tick: all news of all slots. */
  void Serve() {
    Beat();
    for (uint32_t i = 0; i < kSlotCount; i++) {
      if (slot(i).state.load() == static_cast<uint32_t>(RoleState::kLive)) ServeSlot(i);
    }
  }

  /** The one live slot. */
  uint32_t OnlySlot() {
    CHECK_EQ(CountLiveSlots(*segment_), 1U);
    for (uint32_t i = 0; i < kSlotCount; i++) {
      if (slot(i).state.load() == static_cast<uint32_t>(RoleState::kLive)) return i;
    }
    return 0;
  }

  void SendMidi(uint32_t index, uint64_t frame, const std::vector<uint8_t>& bytes) {
    CHECK(TrySendMidi(index, frame, bytes));
  }
  bool TrySendMidi(uint32_t index, uint64_t frame, const std::vector<uint8_t>& bytes) {
    SlotControl& control = slot(index);
    MidiRingWriter ring(RingsOf(*segment_, index).midiPlayout, control.midiPlayoutWrite,
                        control.midiPlayoutRead, control.midiPlayoutWrite.load());
    return ring.Write(static_cast<uint32_t>(frame), bytes.data(), static_cast<uint32_t>(bytes.size()));
  }

  /** Another host's transport moved. */
  void MoveRemote(uint32_t index, bool playing, int64_t songFrame, uint64_t slotFrame) {
    RemoteTransport& shared = slot(index).remote;
    RemoteTransport remote = {};
    remote.serial = __atomic_load_n(&shared.serial, __ATOMIC_RELAXED) + 1;
    remote.flags = kTransportPositionValid | (playing ? kTransportPlaying : 0U);
    remote.songFrame = songFrame;
    remote.slotFrame = slotFrame;
    SeqlockWrite(shared.sequence, &shared.serial, &remote.serial,
                 sizeof remote - offsetof(RemoteTransport, serial));
  }

  /** All that an engine does to its slots at once; it sleeps, so that it is woken by the next block. */
  void StirSlots(int round) {
    doorbell_->Drain();
    header().engineSleeping.store(1);
    for (uint32_t index = 0; index < kSlotCount; index++) {
      if (slot(index).state.load() != static_cast<uint32_t>(RoleState::kLive)) continue;
      MoveRemote(index, round % 20 == 0, round, view(index).control.blockFrame);
      TrySendMidi(index, view(index).control.blockFrame + 600, {0x90, 60, 90});
    }
  }

  /** Orderly, as on SIGTERM. */
  void Stop() {
    StopBeating();
    doorbell_.reset();
    ReleaseEngine(*segment_, true);
    segment_.reset();
  }

  /** As after kill -9: the role stays taken, the heartbeat stops. The next FakeEngine takes it back. */
  void Crash() {
    doorbell_.reset();
    MakeStale(10000);
    header().engineStartStamp.fetch_xor(1);  // this very process lives on: make it another one
    segment_.reset();
  }

 private:
  void StopBeating() {
    beating_ = false;
    if (beater_.joinable()) beater_.join();
  }

  void ServeSlot(uint32_t index) {
    SlotControl& control = slot(index);
    const uint32_t claim = control.claimStamp.load();
    if (view(index).claimStamp != claim) {
      views_[index] = std::make_unique<EngineView>();
      views_[index]->claimStamp = claim;
    }
    EngineView& view = *views_[index];
    if (!ReadControl(control.control, view.control) || view.control.active == 0) return;
    if (view.control.offline != 0) return;
    if (view.control.streamStamp != view.streamStamp) BeginStream(index);
    if (reads) ReadCapture(index);
    Render(index);
    control.slotStatus.store(static_cast<uint32_t>(SlotStatus::kReceiving));
    control.streamsHeard.store(plays ? 1 : 0);
  }

  void BeginStream(uint32_t index) {
    EngineView& view = *views_[index];
    SlotControl& control = slot(index);
    view.streamStamp = view.control.streamStamp;
    view.captured = view.control.streamFrame;
    view.capture.assign(view.control.channelCountIn, {});
    control.playoutStamp.store(0);
    // Where memory is committed (Windows), in this process too; elsewhere all of it is there.
    CHECK(segment_->ExposeSlot(index, view.control.channelCountIn, view.control.channelCountOut));
    for (uint32_t channel = 0; channel < view.control.channelCountOut; channel++) {
      ZeroRing(RingsOf(*segment_, index).playout + static_cast<size_t>(channel) * kRingFrames, 0,
               kRingFrames);
    }
    view.playoutEnd = view.control.blockFrame + view.control.blockFrames;
    control.playoutEnd.store(static_cast<uint32_t>(view.playoutEnd));
    control.playoutStamp.store(view.streamStamp);
  }

  void ReadCapture(uint32_t index) {
    EngineView& view = *views_[index];
    const uint32_t frames = slot(index).captureEnd.load() - static_cast<uint32_t>(view.captured);
    if (frames > kRingFrames) return;
    for (uint32_t channel = 0; channel < view.control.channelCountIn; channel++) {
      std::vector<float> block(frames);
      const float* ring = RingsOf(*segment_, index).capture + static_cast<size_t>(channel) * kRingFrames;
      ReadRing(ring, view.captured, block.data(), frames);
      view.capture[channel].insert(view.capture[channel].end(), block.begin(), block.end());
    }
    view.captured += frames;
    SlotControl& control = slot(index);
    MidiRingReader ring(RingsOf(*segment_, index).midiCapture, control.midiCaptureWrite,
                        control.midiCaptureRead, control.midiCaptureRead.load());
    uint32_t size = 0;
    while (ring.Peek(&size) == MidiRingReader::Result::kMessage) {
      CapturedMidi event = {0, std::vector<uint8_t>(size)};
      CHECK(ring.Read(event.bytes.data(), size, &event.frame, &size) == MidiRingReader::Result::kMessage);
      view.midi.push_back(std::move(event));
    }
  }

  void Render(uint32_t index) {
    EngineView& view = *views_[index];
    const auto mode = static_cast<PluginMode>(view.control.mode);
    if (!plays || (mode != PluginMode::kReceive && mode != PluginMode::kSendReceive)) return;
    const uint64_t blockEnd = view.control.blockFrame + view.control.blockFrames;
    const uint64_t target = blockEnd + std::max(view.control.blockFramesMax, aheadFrames);
    std::vector<float> block;
    for (uint32_t channel = 0; channel < view.control.channelCountOut; channel++) {
      block.clear();
      for (uint64_t frame = view.playoutEnd; frame < target; frame++) {
        block.push_back(PlayoutSample(index, channel, frame));
      }
      float* ring = RingsOf(*segment_, index).playout + static_cast<size_t>(channel) * kRingFrames;
      WriteRing(ring, view.playoutEnd, block.data(), static_cast<uint32_t>(block.size()));
    }
    view.playoutEnd = std::max(view.playoutEnd, target);
    slot(index).playoutEnd.store(static_cast<uint32_t>(view.playoutEnd));
  }

  std::shared_ptr<Segment> segment_;
  std::atomic<bool> beating_{false};
  std::thread beater_;
  std::unique_ptr<DoorbellServer> doorbell_;
  std::array<std::unique_ptr<EngineView>, kSlotCount> views_;
};

}  // namespace jambridge::test
