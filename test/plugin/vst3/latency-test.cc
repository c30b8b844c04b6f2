// Latency: constant while active, told on the caller's thread or by the notifier, never for nothing.
// argv[1]: JamBridge.so
#include <chrono>
#include <thread>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr int32_t kBlockFramesMax = 256;
constexpr uint32_t kReportedFrames = 480 + 2 * kBlockFramesMax;  // 10 ms and the two blocks of the way
constexpr v3_param_id kReportId = 0x10000;

void Attach(Vst3Instance& instance, Handler& handler) {
  v3_edit_controller** controller = instance.controller;
  v3_cpp_obj(controller)->set_component_handler(controller, As<v3_component_handler>(handler));
}

// Long enough for the notifier to have acted twice over.
void WaitForNotifier() { std::this_thread::sleep_for(std::chrono::milliseconds(700)); }

bool WaitFor(const Handler& handler, int changes) {
  for (int i = 0; i < 500 && handler.latencyChanges < changes; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return handler.latencyChanges == changes;
}

// The user turns it on in the host's window: the host hears of it within that call.
void TellsTheCaller(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Latency() == 0 && instance.Activate());
  CHECK(instance.SetPlain(kParamLatencyMs, 10) == V3_OK && handler.latencyChanges == 0);
  instance.Point(kParamLatencyMs, 0, 10);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  CHECK(instance.SetPlain(kParamReportLatency, 1) == V3_OK && handler.latencyChanges == 1);
  CHECK(instance.Latency() == 0);  // constant while active
  instance.Deactivate();
  CHECK(instance.Latency() == kReportedFrames && instance.Activate() &&
        instance.Latency() == kReportedFrames);
  WaitForNotifier();
  CHECK(handler.latencyChanges == 1);
}

// It comes by automation: as an output parameter, which the host hands back on its UI thread.
void TellsByParameter(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Activate());
  instance.Point(kParamReportLatency, 0, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  const ValueQueue* report = instance.changesOut.Find(kReportId);
  CHECK(report != nullptr && report->points.size() == 1 && handler.latencyChanges == 0);
  CHECK(instance.Set(kReportId, report->points[0].second) == V3_OK && handler.latencyChanges == 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK && instance.changesOut.Find(kReportId) == nullptr);
  WaitForNotifier();
  CHECK(handler.latencyChanges == 1);
}

// The host never hands it back: the notifier speaks.
void TellsByNotifier(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Activate());
  instance.Point(kParamReportLatency, 0, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  CHECK(WaitFor(handler, 1));
  WaitForNotifier();
  CHECK(handler.latencyChanges == 1);  // once
}

void TellsOfAState(const Vst3Module& module) {
  Handler handler;
  Vst3Instance model(module);
  model.SetPlain(kParamLatencyMs, 10);
  model.SetPlain(kParamReportLatency, 1);
  Stream saved;
  v3_cpp_obj(model.component)->get_state(model.component, As<v3_bstream>(saved));
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Activate() && instance.Latency() == 0);
  v3_component** component = instance.component;
  CHECK(v3_cpp_obj(component)->set_state(component, As<v3_bstream>(saved)) == V3_OK);
  CHECK(handler.latencyChanges == 1);
  instance.Deactivate();
  CHECK(instance.Activate() && instance.Latency() == kReportedFrames);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  TellsTheCaller(module);
  TellsByParameter(module);
  TellsByNotifier(module);
  TellsOfAState(module);
  return 0;
}
