// Reported latency: what is promised to the host is what the dry path, audio and MIDI, is late by.
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

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestNumbers();
  TestTail();
  for (const double mode : {0.0, 1.0, 2.0, 3.0}) TestDryDelay(seed, mode);
  return 0;
}
