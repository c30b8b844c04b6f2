// Sound: every block size, in place, odd buses, bypass, offline. argv[1]: JamBridge.so
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kFramesMax = 8192;

bool SameBits(const std::vector<float>& a, const std::vector<float>& b, uint32_t frames) {
  return std::memcmp(a.data(), b.data(), frames * sizeof(float)) == 0;
}

void PassesAnySize(Vst3Instance& instance) {
  Random random(1);
  Planar in(2, kFramesMax);
  Planar out(2, kFramesMax);
  for (int block = 0; block < 400; ++block) {
    const uint32_t frames = block % 7 == 0 ? 0 : 1 + random.Below(block % 5 == 0 ? kFramesMax : 512);
    in.FillNoise(random);
    out.Fill(9);
    CHECK(instance.Process(in, out, static_cast<int32_t>(frames)) == V3_OK);
    for (uint32_t channel = 0; channel < 2; ++channel) {
      CHECK(SameBits(in[channel], out[channel], frames));
      CHECK(frames == kFramesMax || out[channel][frames] == 9);  // nothing beyond the block
    }
  }
}

void PassesInPlace(Vst3Instance& instance) {
  Random random(2);
  Planar buffers(2, 512);
  buffers.FillNoise(random);
  const std::vector<float> left = buffers[0];
  CHECK(instance.Process(buffers, buffers, 512) == V3_OK && SameBits(buffers[0], left, 512));
}

void BearsOddBuses(Vst3Instance& instance) {
  Planar four(4, 64);
  Planar two(2, 64);
  two.Fill(0.5F);
  four.Fill(9);
  CHECK(instance.Process(two, four, 64) == V3_OK);  // more outputs than agreed: silent, not old
  CHECK(four[1][63] == 0.5F && four[2][0] == 0 && four[3][63] == 0);
  Planar one(1, 64);
  one.Fill(0.25F);
  CHECK(instance.Process(one, two, 64) == V3_OK && two[0][63] == 0.25F && two[1][63] == 0);
  CHECK(instance.Process(two, one, 64) == V3_OK);
  v3_audio_bus_buffers bus{2, 0, {two.pointers()}};
  CHECK(instance.Process(&bus, nullptr, 64) == V3_OK);
  CHECK(instance.Process(nullptr, &bus, 64) == V3_OK && two[0][0] == 0);
  CHECK(instance.Process(nullptr, nullptr, 64) == V3_OK && instance.Process(nullptr, nullptr, 0) == V3_OK);
  v3_audio_bus_buffers empty{2, 0, {nullptr}};
  CHECK(instance.Process(&empty, &bus, 64) == V3_OK && instance.Process(&bus, &empty, 64) == V3_OK);
  float* holes[2] = {nullptr, two[0].data()};
  v3_audio_bus_buffers holed{2, 0, {holes}};
  CHECK(instance.Process(&holed, &bus, 64) == V3_OK && instance.Process(&bus, &holed, 64) == V3_OK);
  v3_audio_bus_buffers none{0, 0, {two.pointers()}};
  CHECK(instance.Process(&none, &none, 64) == V3_OK);
}

void RefusesNonsense(Vst3Instance& instance) {
  v3_audio_processor** processor = instance.processor;
  CHECK(v3_cpp_obj(processor)->process(processor, nullptr) != V3_OK);
  CHECK(instance.Process(nullptr, nullptr, -1) != V3_OK);
  v3_process_data bare{};  // no lists, no buffers, no context
  CHECK(v3_cpp_obj(processor)->process(processor, &bare) == V3_OK);
  Planar buffers(2, 64);
  v3_audio_bus_buffers bus{2, 0, {buffers.pointers()}};
  v3_process_data doubles = instance.MakeData(&bus, &bus, 64);
  doubles.symbolic_sample_size = V3_SAMPLE_64;
  CHECK(v3_cpp_obj(processor)->process(processor, &doubles) != V3_OK);
}

void BypassIsExact(Vst3Instance& instance) {
  Random random(3);
  Planar in(2, 256);
  Planar out(2, 256);
  instance.Point(kParamDry, 0, 0.3);
  instance.Point(kParamBypass, 0, 1);
  for (int block = 0; block < 4; ++block) {
    in.FillNoise(random);
    in[0][3] = -0.0F;
    in[0][4] = std::numeric_limits<float>::denorm_min();
    in[1][5] = std::numeric_limits<float>::infinity();
    in[1][6] = std::numeric_limits<float>::quiet_NaN();
    CHECK(instance.Process(in, out, 256) == V3_OK);
    CHECK(SameBits(in[0], out[0], 256) && SameBits(in[1], out[1], 256));
  }
  instance.Point(kParamBypass, 0, 0);
  instance.Point(kParamDry, 0, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
}

// A parameter in the middle of a block leaves what lies before it alone.
void SplitsAtParameters(Vst3Instance& instance) {
  Planar in(2, 256);
  Planar out(2, 256);
  in.Fill(1);
  CHECK(instance.Process(in, out, 256) == V3_OK);
  CHECK(instance.Process(in, out, 256) == V3_OK && out[0][0] == 1 && out[0][255] == 1);
  instance.Point(kParamDry, 100, 0.25);
  CHECK(instance.Process(in, out, 256) == V3_OK);
  for (uint32_t frame = 0; frame < 100; ++frame) CHECK(out[0][frame] == 1);
  CHECK(out[0][255] < 1 && out[0][255] >= 0.25F);
  CHECK(instance.Process(in, out, 256) == V3_OK && out[0][255] == 0.25F);
  instance.Point(kParamDry, 0, 1);
  CHECK(instance.Process(in, out, 256) == V3_OK);
}

void TakesContext(Vst3Instance& instance) {
  Planar buffers(2, 64);
  v3_process_context context{};
  instance.context = &context;
  for (uint32_t bit = 0; bit < 20; ++bit) {
    context.state = (1U << bit) | V3_PROCESS_CTX_CYCLE_VALID | V3_PROCESS_CTX_TEMPO_VALID;
    context.project_time_in_samples = bit % 2 == 0 ? INT64_MAX : INT64_MIN;
    context.bpm = bit % 3 == 0 ? std::nan("") : bit % 3 == 1 ? 1e-300 : 120;
    context.sample_rate = 48000;
    context.cycle_end_quarters = 1e300;
    context.time_sig_numerator = -4;
    CHECK(instance.Process(buffers, buffers, 64) == V3_OK);
  }
  instance.context = nullptr;
}

// Offline: the dry track passes.
void RendersOffline(const Vst3Module& module) {
  Vst3Instance instance(module);
  CHECK(instance.Activate(48000, 1024, V3_OFFLINE));
  Planar in(2, 1024);
  Planar out(2, 1024);
  in.Fill(0.75F);
  CHECK(instance.Process(in, out, 1024) == V3_OK && out[1][1023] == 0.75F);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  Vst3Instance instance(module);
  Planar early(2, 64);
  early.Fill(1);
  CHECK(instance.Process(early, early, 64) != V3_OK && early[0][0] == 0);  // before activation
  CHECK(!instance.Activate(0) && !instance.Activate(std::nan("")));
  CHECK(instance.Activate(48000, 256));  // blocks of up to 8192 come all the same
  PassesAnySize(instance);
  PassesInPlace(instance);
  BearsOddBuses(instance);
  RefusesNonsense(instance);
  BypassIsExact(instance);
  SplitsAtParameters(instance);
  TakesContext(instance);
  RendersOffline(module);
  return 0;
}
