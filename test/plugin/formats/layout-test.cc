// Channels by the host's layout: what is agreed is what passes, to the bit, up to 16 of them, or none.
// argv[1]: the plugin
#include FACE_HEADER

#include <cstring>

#include "plugin/shim/parameters.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

bool SameBits(const std::vector<float>& a, const std::vector<float>& b, uint32_t frames) {
  return std::memcmp(a.data(), b.data(), frames * sizeof(float)) == 0;
}

void PassesEveryLayout(const FaceModule& module) {
  Random random(1);
  for (uint32_t channelsIn = 0; channelsIn <= 17; ++channelsIn) {
    for (uint32_t channelsOut = 0; channelsOut <= 17; ++channelsOut) {
      Face face(module);
      CHECK(face.Arrange(channelsIn, channelsOut) == ChannelsFit(channelsIn, channelsOut));
      if (!ChannelsFit(channelsIn, channelsOut)) continue;
      face.Set(kParamMode, 0);
      CHECK(face.Activate(48000, 256) && !face.Arrange(1, 1));  // not while active
      Planar in(channelsIn, 300);
      Planar out(channelsOut, 300);
      for (const uint32_t frames : {1U, 300U, 0U, 256U}) {
        in.FillNoise(random);
        out.Fill(9);
        CHECK(face.Process(in, out, frames));
        for (uint32_t channel = 0; channel < channelsOut; ++channel) {
          const std::vector<float> silence(300);
          const std::vector<float>& expected = channelsIn == 0 ? silence : in[channelsIn == 1 ? 0 : channel];
          CHECK(SameBits(out[channel], expected, frames));
        }
      }
      face.Midi(3, 0x90, 60, 100);
      CHECK(face.Process(in, out, 64));
      CHECK(face.Sent().size() == 1 && face.Sent()[0].offset == 3);
    }
  }
}

// The engine gets and gives all of them.
void TravelsEveryLayout(const FaceModule& module) {
  const std::pair<uint32_t, uint32_t> layouts[] = {{16, 16}, {8, 8}, {6, 6}, {3, 3},
                                                   {1, 2},   {0, 2}, {0, 0}, {1, 1}};
  for (const auto& [channelsIn, channelsOut] : layouts) {
    const TestSegmentName name;
    FakeEngine engine(name.object);
    engine.BeatInBackground();
    Face face(module);
    CHECK(face.Arrange(channelsIn, channelsOut));
    face.Set(kParamDry, 0);
    CHECK(face.Activate(48000, 128));
    Random random(2);
    Planar in(channelsIn, 128);
    Planar out(channelsOut, 128);
    const auto block = [&] {
      in.FillNoise(random);
      CHECK(face.Process(in, out, 128));
      engine.Serve();
    };
    block();
    const uint32_t slot = engine.OnlySlot();
    const EngineView& view = engine.view(slot);
    CHECK(view.control.channelCountIn == channelsIn && view.control.channelCountOut == channelsOut);
    for (int i = 0; i < 20; ++i) {
      block();
      for (uint32_t channel = 0; channel < channelsIn; ++channel) {
        CHECK(std::memcmp(&view.capture[channel][view.capture[channel].size() - 128], in[channel].data(),
                          512) == 0);
      }
      for (uint32_t channel = 0; channel < channelsOut; ++channel) {
        for (uint32_t k = 0; k < 128; ++k) {
          CHECK(out[channel][k] == PlayoutSample(slot, channel, view.control.blockFrame + k));
        }
      }
    }
    face.Midi(7, 0x90, 61, 100);
    block();
    CHECK(view.midi.size() == 1 && view.midi[0].frame == static_cast<uint32_t>(view.control.blockFrame) + 7);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const FaceModule module(argv[1]);
  PassesEveryLayout(module);
  TravelsEveryLayout(module);
  return 0;
}
