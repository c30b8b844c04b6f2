// Latency: told once, in activation only, never for what the host has read. argv[1]: JamBridge.clap
#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr double kRate = 48000;
constexpr uint32_t kBlockFramesMax = 256;
constexpr uint32_t kReportedFrames = 480 + 2 * kBlockFramesMax;  // 10 ms and the two blocks of the way

uint32_t LatencyOf(const ClapInstance& instance) {
  return instance.Extension<clap_plugin_latency_t>(CLAP_EXT_LATENCY)->get(instance.plugin);
}

void TellsChangeWhilePlaying(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  CHECK(LatencyOf(instance) == 0);
  CHECK(instance.Activate(kRate, kBlockFramesMax) && host.latencyChanges == 0);
  Planar buffers(2, kBlockFramesMax);
  instance.in.Param(0, kParamLatencyMs, 10);
  CHECK(instance.Process(buffers, buffers, kBlockFramesMax) == CLAP_PROCESS_CONTINUE);
  CHECK(host.callbacks == 0);  // not reported: nobody's business
  instance.in.Param(0, kParamReportLatency, 1);
  CHECK(instance.Process(buffers, buffers, kBlockFramesMax) == CLAP_PROCESS_CONTINUE);
  CHECK(host.callbacks >= 1 && host.restarts == 0);
  CHECK(LatencyOf(instance) == 0);  // constant while active
  instance.plugin->on_main_thread(instance.plugin);
  CHECK(host.restarts == 1 && host.latencyChanges == 0);
  instance.plugin->on_main_thread(instance.plugin);
  CHECK(host.restarts == 1);  // asked once
  instance.Deactivate();
  CHECK(host.latencyChanges == 0);
  CHECK(instance.Activate(kRate, kBlockFramesMax) && host.latencyChanges == 1);
  CHECK(LatencyOf(instance) == kReportedFrames);
  instance.Deactivate();
  CHECK(instance.Activate(kRate, kBlockFramesMax) && host.latencyChanges == 1);
  instance.plugin->on_main_thread(instance.plugin);
  CHECK(host.restarts == 1);
}

// The order of hosts that read the latency between activations.
void SaysNothingTwice(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  CHECK(instance.Activate(kRate, kBlockFramesMax));
  instance.Deactivate();
  const auto* params = instance.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
  instance.in.Param(0, kParamLatencyMs, 10);
  instance.in.Param(0, kParamReportLatency, 1);
  params->flush(instance.plugin, instance.in.list(), instance.out.list());
  instance.in.Clear();
  instance.plugin->on_main_thread(instance.plugin);
  CHECK(host.restarts == 0);
  CHECK(LatencyOf(instance) == kReportedFrames);
  CHECK(instance.Activate(kRate, kBlockFramesMax));
  CHECK(LatencyOf(instance) == kReportedFrames && host.latencyChanges == 0);
}

void DelaysTheDryPath(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  const auto* params = instance.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
  instance.in.Param(0, kParamLatencyMs, 10);
  instance.in.Param(0, kParamReportLatency, 1);
  params->flush(instance.plugin, instance.in.list(), instance.out.list());
  instance.in.Clear();
  CHECK(instance.Activate(kRate, kBlockFramesMax));
  Planar in(2, kBlockFramesMax);
  Planar out(2, kBlockFramesMax);
  in[0][7] = 1;
  int64_t found = -1;
  for (int64_t start = 0; start < 2048; start += kBlockFramesMax) {
    CHECK(instance.Process(in, out, kBlockFramesMax) == CLAP_PROCESS_CONTINUE);
    for (uint32_t frame = 0; frame < kBlockFramesMax; ++frame) {
      if (out[0][frame] == 0) continue;
      CHECK(out[0][frame] == 1 && found == -1);
      found = start + frame;
    }
    in.Fill(0);
  }
  CHECK(found == 7 + kReportedFrames);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  TellsChangeWhilePlaying(module);
  SaysNothingTwice(module);
  DelaysTheDryPath(module);
  return 0;
}
