// What the engine is told: frames, streams, the control block; and what is played when something is missing.
#include <cmath>
#include <cstring>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

struct Link {
  Link() : engine(name.object) {
    engine.BeatInBackground();
    host.Activate();
    slot = engine.OnlySlot();
  }
  EngineView& Step(uint32_t frames) {
    host.Process(frames);
    engine.Serve();
    return engine.view(slot);
  }
  SlotControl& Slot() { return engine.slot(slot); }

  TestSegmentName name;
  FakeEngine engine;
  TestHost host;
  uint32_t slot = 0;
};

void TestFrameCounter() {
  Link link;
  const EngineView& first = link.Step(100);
  const uint64_t start = first.control.streamFrame;
  const uint32_t stamp = first.control.streamStamp;
  CHECK(start >= 2 * kRingFrames && stamp != 0);
  CHECK_EQ(first.control.blockFrame, start);
  CHECK_EQ(link.Slot().captureEnd.load(), static_cast<uint32_t>(start + 100));
  const EngineView& second = link.Step(28);
  CHECK(second.control.streamStamp == stamp && second.control.streamFrame == start);
  CHECK(second.control.blockFrame == start + 100 && second.control.blockFrames == 28);
  const EngineView& empty = link.Step(0);
  CHECK(empty.control.blockFrame == start + 128 && empty.control.blockFrames == 0);
  link.host.plugin.Deactivate();
  link.host.Activate();
  const EngineView& again = link.Step(64);
  CHECK(again.control.streamStamp != stamp);
  CHECK_EQ(again.control.streamFrame, start + 128 + 2 * kRingFrames);
}

void TestControlBlock() {
  Link link;
  link.host.plugin.Deactivate();
  link.host.plugin.SetParam(kParamMode, 1);
  link.host.plugin.SetParam(kParamChannel, 7);
  link.host.plugin.SetParam(kParamLatencyMs, 33.5);
  link.host.plugin.SetParam(kParamMidi, 0);
  link.host.plugin.SetParam(kParamRedundancy, 0);
  link.host.plugin.SetName("Bass");
  link.host.Activate(96000);
  const Transport transport = {kTransportPlaying | kTransportTempoValid, -48000, 1, 2, 123.5, 7, 8};
  link.host.transport = &transport;
  const uint64_t before = MonotonicNs();
  const ControlBlock& control = link.Step(64).control;
  CHECK(control.active == 1 && control.mode == 1 && control.channel == 7 && control.latencyMs == 33.5F);
  CHECK(control.midiOn == 0 && control.redundancy == 0 && control.offline == 0);
  CHECK(control.channelCountIn == 2 && control.channelCountOut == 2 && control.sampleRate == 96000);
  CHECK(control.blockFramesMax == 8192 && control.blockTimeNs >= before &&
        control.blockTimeNs <= MonotonicNs());
  CHECK(control.transportFlags == transport.flags && control.songFrame == -48000 && control.tempo == 123.5);
  CHECK(control.signatureNumerator == 7 && control.signatureDenominator == 8);
  CHECK(control.loopStartFrame == 1 && control.loopEndFrame == 2 && std::strcmp(control.name, "Bass") == 0);
}

void TestPublishing() {
  Link link;
  link.Step(64);
  const uint32_t count = link.engine.header().publishCount.load();
  for (const double mode : {0.0, 1.0, 2.0}) {
    link.host.plugin.SetParam(kParamMode, mode);
    link.Step(64);
  }
  CHECK_EQ(link.engine.header().publishCount.load(), count + 3);
  CHECK_EQ(link.Slot().bellsRung.load(), 0U);
  CHECK(PrepareSleep(link.engine.header(), count + 3));
  link.host.Process(64);
  link.host.Process(64);
  CHECK_EQ(link.Slot().bellsRung.load(), 1U);
  CHECK_EQ(link.engine.header().engineSleeping.load(), 0U);
}

/** Bypass and offline rendering: the track alone, the engine told once, another stream afterwards. */
void TestGap(bool offline) {
  Link link;
  link.Step(64);
  link.Step(64);
  const uint32_t stamp = link.engine.view(link.slot).control.streamStamp;
  const uint32_t captureEnd = link.Slot().captureEnd.load();
  const uint32_t count = link.engine.header().publishCount.load();
  link.host.offline = offline;
  if (!offline) link.host.plugin.SetParam(kParamBypass, 1);
  link.host.in.Fill(0.5F);
  for (int i = 0; i < 5; i++) {
    const ControlBlock& control = link.Step(64).control;
    CHECK(control.offline == (offline ? 1 : 0) && control.mode == (offline ? 2 : 3));
  }
  for (uint32_t i = 0; i < 64; i++) CHECK(link.host.out[0][i] == 0.5F);
  CHECK_EQ(link.Slot().captureEnd.load(), captureEnd);
  CHECK_EQ(link.engine.header().publishCount.load(), count + 1);
  link.host.offline = false;
  link.host.plugin.SetParam(kParamBypass, 0);
  const ControlBlock& control = link.Step(64).control;
  CHECK(control.streamStamp != stamp && control.streamFrame == control.blockFrame);
  CHECK_EQ(static_cast<uint32_t>(control.streamFrame), captureEnd + 5 * 64);
  link.Step(64);
  bool heard = false;
  for (uint32_t i = 0; i < 64; i++) heard = heard || link.host.out[0][i] != 0.5F;
  CHECK(heard);
}

/** What is there is played, what is missing is silent and counted; a block counts once. */
void TestUnderruns() {
  Link link;
  link.host.plugin.SetParam(kParamDry, 0);
  link.Step(64);
  CHECK_EQ(link.Slot().underruns.load(), 0U);
  link.engine.plays = false;
  const uint64_t frame = link.engine.view(link.slot).control.blockFrame + 64;
  link.Slot().playoutEnd.store(static_cast<uint32_t>(frame + 40));
  link.host.Process(64);
  for (uint32_t i = 0; i < 64; i++) {
    CHECK(link.host.out[1][i] == (i < 40 ? PlayoutSample(link.slot, 1, frame + i) : 0.0F));
  }
  CHECK(link.Slot().underruns.load() == 1 && link.Slot().underrunFrames.load() == 24);
  link.host.Process(100);
  CHECK(link.Slot().underruns.load() == 2 && link.Slot().underrunFrames.load() == 124);
  for (uint32_t i = 0; i < 100; i++) CHECK(link.host.out[0][i] == 0.0F);
  // Not its fault: another stream's stamp, no engine, nobody listening.
  link.Slot().playoutStamp.fetch_add(1);
  link.host.Process(64);
  link.Slot().playoutStamp.fetch_sub(1);
  link.host.plugin.SetParam(kParamMode, 0);
  link.host.Process(64);
  link.host.plugin.SetParam(kParamMode, 1);
  link.engine.MakeStale();
  link.host.Process(64);
  CHECK_EQ(link.Slot().underruns.load(), 2U);
}

void TestImpossiblePlayoutEnd() {
  Link link;
  link.host.plugin.SetParam(kParamDry, 0);
  link.Step(64);
  link.engine.plays = false;
  for (const uint32_t offset : {0U, 0x80000000U, kRingFrames + 65, 0xFFFFFFFFU, 0xFFFF0000U}) {
    const uint64_t frame = link.engine.view(link.slot).control.streamFrame + link.host.frames();
    link.Slot().playoutEnd.store(static_cast<uint32_t>(frame) + offset);
    link.host.Process(64);
    for (uint32_t i = 0; i < 64; i++) CHECK(link.host.out[0][i] == 0.0F);
    link.engine.Beat();
  }
}

/** Without an engine the ring of events stays empty: old notes are no news for the next one. */
void TestMidiWithoutEngine() {
  Link link;
  link.Step(64);
  link.engine.MakeStale();
  link.host.Midi(0, {0x90, 60, 100});
  link.host.Process(64);
  CHECK(link.Slot().midiCaptureWrite.load() == 0 && link.Slot().midiDropped.load() == 0);
  CHECK_EQ(link.host.sent.size(), 1U);  // the track's own synthesizer still hears it
}

}  // namespace

int main() {
  TestFrameCounter();
  TestControlBlock();
  TestPublishing();
  TestGap(false);
  TestGap(true);
  TestUnderruns();
  TestImpossiblePlayoutEnd();
  TestMidiWithoutEngine();
  return 0;
}
