// Every size of block, every arrangement of buffers. argv[1]: the plugin
#include FACE_HEADER

#include <cstring>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kFramesMax = 8192;
constexpr uint32_t kStep = kSanitized ? 7 : 1;

bool SameBits(const std::vector<float>& a, const std::vector<float>& b, uint32_t frames) {
  return std::memcmp(a.data(), b.data(), frames * sizeof(float)) == 0;
}

void PassesEverySize(Face& face) {
  Random random(1);
  Planar in(2, kFramesMax + 1);
  Planar out(2, kFramesMax + 1);
  in.FillNoise(random);
  for (uint32_t frames = 0; frames <= kFramesMax; frames += frames < 600 ? 1 : kStep) {
    out.Fill(9);
    CHECK(face.Process(in, out, frames));
    for (uint32_t channel = 0; channel < 2; ++channel) {
      CHECK(SameBits(in[channel], out[channel], frames) && out[channel][frames] == 9);  // and nothing beyond
    }
  }
  const std::vector<float> left = in[0];
  for (uint32_t frames = 1; frames <= kFramesMax; frames += 97) {
    CHECK(face.Process(in, in, frames) && SameBits(in[0], left, kFramesMax + 1));  // in place
  }
}

void BearsMissingBuffers(Face& face) {
  Planar four(4, 64);
  four.Fill(1);
  CHECK(face.Flush() && face.Process(nullptr, 2, nullptr, 2, 0));
  float* holes[2] = {nullptr, nullptr};
  CHECK(face.Process(holes, 2, four.pointers(), 2, 64));
  CHECK(four[0][63] == 0 && four[1][0] == 0 && four[2][0] == 1);
  CHECK(face.Process(four.pointers(), 2, holes, 2, 64));
  CHECK(face.Process(nullptr, 2, four.pointers(), 2, 64) != kRefusesWrongBuffers);
  CHECK(face.Process(four.pointers(), 2, nullptr, 2, 64) != kRefusesWrongBuffers);
  CHECK(face.Process(nullptr, 0, nullptr, 0, 64) != kRefusesWrongBuffers);
}

void BearsOtherCounts(Face& face) {
  Planar in(16, 64);
  Planar out(16, 64);
  in.Fill(0.5F);
  for (uint32_t channelsIn = 0; channelsIn <= 16; ++channelsIn) {
    for (uint32_t channelsOut = 0; channelsOut <= 16; ++channelsOut) {
      out.Fill(9);
      const bool agreed = channelsIn == 2 && channelsOut == 2;
      const bool done = face.Process(in.pointers(), channelsIn, out.pointers(), channelsOut, 64);
      CHECK(done == (agreed || !kRefusesWrongBuffers));
      if (!done) continue;
      for (uint32_t channel = 0; channel < 16; ++channel) {
        const bool carried = channel < 2 && channel < channelsIn;
        const float expected = channel >= channelsOut ? 9.0F : carried ? 0.5F : 0.0F;
        CHECK(out[channel][0] == expected && out[channel][63] == expected);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const FaceModule module(argv[1]);
  Face face(module);
  face.Set(kParamMode, 0);
  CHECK(face.Activate(48000, 512));  // blocks of up to 8192 come all the same
  PassesEverySize(face);
  BearsMissingBuffers(face);
  BearsOtherCounts(face);
  return 0;
}
