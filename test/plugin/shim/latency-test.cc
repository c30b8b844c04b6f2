// Reported latency: what is promised to the host is what the dry path, audio and MIDI, is late by.
#include <atomic>
#include <cmath>
#include <thread>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void TestNumbers() {
  TestHost host(2, 2, 256);
  CHECK_EQ(host.plugin.GetLatency(), 0U);
  host.Activate(44100);
  CHECK_EQ(host.plugin.GetLatency(), 0U);
  host.plugin.SetParam(kParamLatencyMs, 20);
  CHECK_EQ(host.latencyChanges, 0);  // not reported: no news
  host.plugin.SetParam(kParamReportLatency, 1);
  CHECK_EQ(host.latencyChanges, 1);
  CHECK_EQ(host.plugin.GetLatency(), 0U);  // until the next activation
  host.plugin.Deactivate();
  CHECK_EQ(host.plugin.GetLatency(), 882U + 512U);
  host.Activate(44100);
  CHECK_EQ(host.plugin.GetLatency(), 882U + 512U);
  host.Param(0, kParamLatencyMs, 10);  // automated, from the audio thread
  host.Process(64);
  host.Param(0, kParamLatencyMs, 10);
  host.Process(64);
  CHECK_EQ(host.latencyChanges, 2);
  host.plugin.SetParam(kParamLatencyMs, 20);  // back again: the host was told otherwise meanwhile
  CHECK_EQ(host.latencyChanges, 3);
  CHECK_EQ(host.plugin.GetLatency(), 882U + 512U);
}

void TestTail() {
  TestHost host;
  CHECK_EQ(host.plugin.GetTail(), kTailInfinite);
  host.plugin.SetParam(kParamMode, 1);
  CHECK_EQ(host.plugin.GetTail(), kTailInfinite);
  host.plugin.SetParam(kParamMode, 0);
  CHECK_EQ(host.plugin.GetTail(), 0U);
  host.plugin.SetParam(kParamMode, 3);
  CHECK_EQ(host.plugin.GetTail(), 0U);
}

void TestDryDelay(uint64_t seed, double mode) {
  Random random(seed);
  TestHost host(2, 2, 4096);
  host.plugin.SetParam(kParamMode, mode);
  host.plugin.SetParam(kParamLatencyMs, 1 + random.Below(50));
  host.plugin.SetParam(kParamReportLatency, 1);
  host.Activate();
  const uint32_t latency = host.plugin.GetLatency();
  CHECK(latency > 8192);
  std::vector<float> fed;
  std::vector<float> got;
  std::vector<uint64_t> notes;
  for (int i = 0; i < 60; i++) {
    const uint32_t frames = random.Below(1500);
    host.in.FillNoise(random);
    fed.insert(fed.end(), host.in[1].begin(), host.in[1].begin() + frames);
    if (frames > 0) {
      const uint32_t offset = random.Below(frames);
      notes.push_back(host.frames() + offset);
      host.Midi(offset, {0xB0, 1, static_cast<uint8_t>(i)});
    }
    host.inPlace = random.Below(2) == 0;
    host.Process(frames);
    std::vector<float>& out = host.inPlace ? host.in[1] : host.out[1];
    got.insert(got.end(), out.begin(), out.begin() + frames);
  }
  for (size_t i = 0; i < got.size(); i++) CHECK(got[i] == (i < latency ? 0.0F : fed[i - latency]));
  CHECK(!host.sent.empty());
  for (size_t i = 0; i < host.sent.size(); i++) CHECK_EQ(host.sent[i].frame, notes[i] + latency);
}

/** Before activation too, as soon as the host has said what it will be like. */
void TestAnnounced() {
  TestHost host(2, 2, 64);
  host.plugin.SetParam(kParamReportLatency, 1);
  host.plugin.SetParam(kParamLatencyMs, 10);
  host.plugin.Announce(96000, 64);
  CHECK_EQ(host.plugin.GetLatency(), 960U + 128U);
  host.Activate(96000);
  CHECK_EQ(host.plugin.GetLatency(), 960U + 128U);
  host.plugin.Announce(44100, 4096);  // a host's mistake: it is active
  CHECK_EQ(host.plugin.GetLatency(), 960U + 128U);
  host.plugin.Deactivate();
  host.plugin.Announce(0, 0);
  host.plugin.Announce(NAN, 64);
  CHECK_EQ(host.plugin.GetLatency(), 960U + 128U);
}

/** The engine must place sound where the host was told that it comes, not where the knob is meanwhile. */
void TestEngineHearsWhatWasTold() {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  TestHost host(2, 2, 64);
  const auto latencyHeard = [&] {
    host.Process(64);
    engine.Serve();
    return engine.view(engine.OnlySlot()).control.latencyMs;
  };
  host.plugin.SetParam(kParamLatencyMs, 10);
  host.Activate();
  CHECK(latencyHeard() == 10);
  host.plugin.SetParam(kParamLatencyMs, 20);
  CHECK(latencyHeard() == 20);  // nobody was told of a latency: it may follow
  host.plugin.SetParam(kParamReportLatency, 1);
  host.Activate();
  host.plugin.SetParam(kParamLatencyMs, 30);
  CHECK(latencyHeard() == 20);
  CHECK_EQ(host.plugin.GetLatency(), 960U + 128U);
  host.Activate();
  CHECK(latencyHeard() == 30);
  CHECK_EQ(host.plugin.GetLatency(), 1440U + 128U);
}

/** The sum that the engine makes of the control block, for any latency that a knob can have. */
void TestEngineReckonsTheSame(uint64_t seed) {
  Random random(seed);
  TestHost host(2, 2, 128);
  host.plugin.SetParam(kParamReportLatency, 1);
  for (int i = 0; i < 20000; i++) {
    const double rate = 8000 + random.Below(184001);
    host.plugin.SetParam(kParamLatencyMs, 1 + random.Below(998001) / 2000.0);
    host.plugin.Announce(rate, 128);
    const double asWritten = static_cast<float>(host.plugin.GetParam(kParamLatencyMs));
    const auto reckoned = static_cast<uint32_t>(std::floor(asWritten * rate / 1000 + 0.5));  // Math.round
    CHECK_EQ(host.plugin.GetLatency(), reckoned + 256);
  }
}

/** A state changes both numbers that the latency is made of: the host hears of it once. */
void TestStateTellsOnce() {
  TestHost model(2, 2, 64);
  model.plugin.SetParam(kParamReportLatency, 1);
  model.plugin.SetParam(kParamLatencyMs, 40);
  TestHost host(2, 2, 64);
  host.plugin.SetParam(kParamReportLatency, 1);
  host.Activate();
  CHECK(host.plugin.UnserializeState(model.plugin.SerializeState()));
  CHECK_EQ(host.latencyChanges, 1);
  CHECK(host.plugin.UnserializeState(model.plugin.SerializeState()));
  CHECK_EQ(host.latencyChanges, 1);
}

/** A knob that is turned while the host reactivates: the change is in effect, or the host was told of it. */
void TestTurnedWhileActivating() {
  struct Sink : HostSink {
    bool SendMidiMsg(const MidiEvent&) override { return true; }
    void LatencyChanged() override { changes++; }
    std::atomic<int> changes{0};
  } sink;
  Plugin plugin(&sink);
  plugin.SetParam(kParamReportLatency, 1);
  for (int round = 0; round < 200; round++) {
    sink.changes = 0;
    const double latencyMs = round % 2 == 0 ? 10 : 20;
    std::thread knob([&] { plugin.SetParam(kParamLatencyMs, latencyMs); });
    CHECK(plugin.Activate(48000 + round, 64 + static_cast<uint32_t>(round), 2, 2));
    knob.join();
    const uint32_t inEffect = plugin.GetLatency();
    plugin.Deactivate();
    CHECK(plugin.GetLatency() == inEffect || sink.changes > 0);
  }
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestNumbers();
  TestTail();
  TestAnnounced();
  TestEngineHearsWhatWasTold();
  TestEngineReckonsTheSame(seed);
  TestStateTellsOnce();
  TestTurnedWhileActivating();
  for (const double mode : {0.0, 1.0, 2.0, 3.0}) TestDryDelay(seed, mode);
  return 0;
}
