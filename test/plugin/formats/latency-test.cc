// The latency that the host is told is the delay of an impulse, to the frame: told before it sounds, constant
// for as long as the plugin is active, changed only by the restart that each format has for it.
// argv[1]: the plugin
#include FACE_HEADER

#include <cmath>

#include "plugin/shim/parameters.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

/// An impulse in, in blocks of any size, in place or not, while the knob of the latency is turned: how many
/// frames later it comes out, and nothing else with it.
uint32_t MeasureFrames(Face& face, uint32_t blockFramesMax, Random& random, bool turnKnob) {
  Planar in(2, blockFramesMax);
  Planar out(2, blockFramesMax);
  const uint32_t at = random.Below(5000);
  uint32_t frame = 0;
  uint32_t heard = UINT32_MAX;
  while (frame < 120000) {
    const uint32_t frames = random.Below(blockFramesMax + 1);
    in.Fill(0);
    if (at >= frame && at < frame + frames) in[1][at - frame] = 1;
    if (turnKnob) face.Point(kParamLatencyMs, 0, 1 + random.Below(500));
    Planar& to = random.Below(2) == 0 ? in : out;
    CHECK(face.Process(in, to, frames));
    for (uint32_t k = 0; k < frames; ++k) {
      CHECK(to[0][k] == 0);
      if (to[1][k] == 0) continue;
      CHECK(to[1][k] == 1 && heard == UINT32_MAX);
      heard = frame + k;
    }
    frame += frames;
  }
  CHECK(heard != UINT32_MAX);
  return heard - at;
}

void IsWhatItSays(const FaceModule& module, Random& random) {
  for (const double sampleRate : {44100.0, 48000.0, 96000.0}) {
    for (const uint32_t blockFramesMax : {1U, 64U, 333U, 1024U}) {
      Face face(module);
      face.Set(kParamMode, random.Below(4));
      face.Set(kParamLatencyMs, 1 + random.Below(200) / 2.0);
      face.Set(kParamReportLatency, 1);
      CHECK(face.Activate(sampleRate, blockFramesMax));
      const uint32_t told = face.Latency();
      CHECK(told >= 2 * blockFramesMax);
      CHECK(MeasureFrames(face, blockFramesMax, random, false) == told);
      CHECK(MeasureFrames(face, blockFramesMax, random, true) == told && face.Latency() == told);
      face.Deactivate();
      face.Set(kParamReportLatency, 0);
      CHECK(face.Activate(sampleRate, blockFramesMax) && face.Latency() == 0);
      CHECK(MeasureFrames(face, blockFramesMax, random, true) == 0);
    }
  }
}

// The user turns it on while it plays: nothing changes before the host restarts the plugin, all after.
void ChangesByRestart(const FaceModule& module, Random& random) {
  Face face(module);
  CHECK(face.Activate(48000, 128, true) && face.Latency() == 0);
  face.Point(kParamReportLatency, 0, 1);
  face.Point(kParamLatencyMs, 0, 20);
  CHECK(face.Flush() && face.Latency() == 0);
  CHECK(face.RestartIfAsked(48000, 128) && face.Latency() == 960 + 256);
  CHECK(MeasureFrames(face, 128, random, false) == 960 + 256);
  face.Flush();
  CHECK(!face.RestartIfAsked(48000, 128));  // and then there is peace
}

// What comes from the network lies where the engine put it: no frame is added on the way out. The engine is
// told the latency that the host was told, so that it can put it there.
void WetComesWhereItWasPut(const FaceModule& module, Random& random) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  Face face(module);
  face.Set(kParamReportLatency, 1);
  face.Set(kParamLatencyMs, 25);
  face.Set(kParamDry, 0);
  CHECK(face.Activate(48000, 256));
  Planar buffers(2, 256);
  face.Point(kParamLatencyMs, 0, 400);
  CHECK(face.Process(buffers, buffers, 256));
  engine.Serve();
  const uint32_t slot = engine.OnlySlot();
  const ControlBlock& control = engine.view(slot).control;
  for (int i = 0; i < 300; ++i) {
    const uint64_t frame = control.blockFrame + control.blockFrames;
    const uint32_t frames = 1 + random.Below(256);
    CHECK(face.Process(buffers, buffers, frames));
    for (uint32_t k = 0; k < frames; ++k) CHECK(buffers[0][k] == PlayoutSample(slot, 0, frame + k));
    engine.Serve();
    CHECK(std::llround(control.latencyMs * control.sampleRate / 1000) + 2 * control.blockFramesMax ==
          face.Latency());
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  Random random(TestSeed());
  const FaceModule module(argv[1]);
  IsWhatItSays(module, random);
  ChangesByRestart(module, random);
  WetComesWhereItWasPut(module, random);
  return 0;
}
