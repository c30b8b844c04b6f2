// Sound: every block size, in place, without buffers, wrong counts, bypass. argv[1]: JamBridge.clap
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kFramesMax = 8192;

bool SameBits(const std::vector<float>& a, const std::vector<float>& b, uint32_t frames) {
  return std::memcmp(a.data(), b.data(), frames * sizeof(float)) == 0;
}

void PassesAnySize(ClapInstance& instance) {
  Random random(1);
  Planar in(2, kFramesMax);
  Planar out(2, kFramesMax);
  for (int block = 0; block < 400; ++block) {
    const uint32_t frames = block % 7 == 0 ? 0 : 1 + random.Below(block % 5 == 0 ? kFramesMax : 512);
    in.FillNoise(random);
    out.Fill(9);
    CHECK(instance.Process(in, out, frames) == CLAP_PROCESS_CONTINUE);
    for (uint32_t channel = 0; channel < 2; ++channel) {
      CHECK(SameBits(in[channel], out[channel], frames));
      CHECK(frames == kFramesMax || out[channel][frames] == 9);  // nothing beyond the block
    }
  }
}

void PassesInPlace(ClapInstance& instance) {
  Random random(2);
  Planar buffers(2, 512);
  buffers.FillNoise(random);
  const std::vector<float> left = buffers[0];
  CHECK(instance.Process(buffers, buffers, 512) == CLAP_PROCESS_CONTINUE);
  CHECK(SameBits(buffers[0], left, 512));
}

void RefusesWrongBuffers(ClapInstance& instance) {
  Planar four(4, 64);
  CHECK(instance.Process(four.pointers(), four.pointers(), 64, 1) == CLAP_PROCESS_ERROR);
  CHECK(instance.Process(four.pointers(), four.pointers(), 64, 4) == CLAP_PROCESS_ERROR);
  CHECK(instance.Process(four.pointers(), four.pointers(), 64, 0) == CLAP_PROCESS_ERROR);
  CHECK(instance.Process(nullptr, four.pointers(), 64) == CLAP_PROCESS_ERROR);
  CHECK(instance.Process(four.pointers(), nullptr, 64) == CLAP_PROCESS_ERROR);
  CHECK(instance.plugin->process(instance.plugin, nullptr) == CLAP_PROCESS_ERROR);
  clap_process_t bare{};  // no buffers, no event lists, no transport
  bare.frames_count = 64;
  CHECK(instance.plugin->process(instance.plugin, &bare) == CLAP_PROCESS_ERROR);
  bare.frames_count = 0;
  CHECK(instance.plugin->process(instance.plugin, &bare) == CLAP_PROCESS_CONTINUE);
  float* holes[2] = {nullptr, four[0].data()};  // a null channel among good ones
  CHECK(instance.Process(holes, four.pointers(), 64) == CLAP_PROCESS_CONTINUE);
  CHECK(instance.Process(four.pointers(), holes, 64) == CLAP_PROCESS_CONTINUE);
}

void BypassIsExact(ClapInstance& instance) {
  Random random(3);
  Planar in(2, 256);
  Planar out(2, 256);
  instance.in.Param(0, kParamDry, 0.3);
  instance.in.Param(0, kParamBypass, 1);
  for (int block = 0; block < 4; ++block) {
    in.FillNoise(random);
    in[0][3] = -0.0F;
    in[0][4] = std::numeric_limits<float>::denorm_min();
    in[1][5] = std::numeric_limits<float>::infinity();
    in[1][6] = std::numeric_limits<float>::quiet_NaN();
    CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE);
    CHECK(SameBits(in[0], out[0], 256) && SameBits(in[1], out[1], 256));
  }
  instance.in.Param(0, kParamBypass, 0);
  instance.in.Param(0, kParamDry, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == CLAP_PROCESS_CONTINUE);
}

void SilenceIsSilent(ClapInstance& instance) {
  Planar in(2, 256);
  Planar out(2, 256);
  in.Fill(0.5F);
  instance.in.Param(0, kParamDry, 0);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE);  // the gain comes down
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE);
  for (const float sample : out[0]) CHECK(sample == 0);  // dry off, no engine: nothing to hear
  instance.in.Param(0, kParamDry, 1);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE);
}

// A parameter in the middle of a block leaves what lies before it alone.
void SplitsAtParameters(ClapInstance& instance) {
  Planar in(2, 256);
  Planar out(2, 256);
  in.Fill(1);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE && out[0][255] == 1);
  instance.in.Param(100, kParamDry, 0.25);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE);
  for (uint32_t frame = 0; frame < 100; ++frame) CHECK(out[0][frame] == 1);
  CHECK(out[0][255] < 1 && out[0][255] >= 0.25F);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE && out[0][255] == 0.25F);
  instance.in.Param(0, kParamDry, 1);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE);
  CHECK(instance.Process(in, out, 256) == CLAP_PROCESS_CONTINUE && out[0][0] == 1);
}

void TakesTransport(ClapInstance& instance) {
  Planar buffers(2, 64);
  clap_event_transport_t transport{};
  transport.header = {sizeof transport, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
  instance.transport = &transport;
  for (uint32_t flags = 0; flags < 256; ++flags) {
    transport.flags = flags;
    transport.song_pos_seconds = flags % 2 == 0 ? INT64_MAX : INT64_MIN;
    transport.tempo = flags % 3 == 0 ? std::nan("") : 120;
    CHECK(instance.Process(buffers, buffers, 64) == CLAP_PROCESS_CONTINUE);
  }
  instance.transport = nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  ClapHost host;
  ClapInstance instance(module, host);
  Planar early(2, 64);
  CHECK(instance.Process(early, early, 64) == CLAP_PROCESS_ERROR);  // before activation
  CHECK(!instance.Activate(0, 64) && !instance.Activate(std::nan(""), 64) && !instance.Activate(48000, 0));
  CHECK(instance.Activate(48000, 256));  // blocks of up to 8192 come all the same
  PassesAnySize(instance);
  PassesInPlace(instance);
  RefusesWrongBuffers(instance);
  BypassIsExact(instance);
  SilenceIsSilent(instance);
  SplitsAtParameters(instance);
  TakesTransport(instance);
  return 0;
}
