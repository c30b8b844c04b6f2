// Latency: constant while active, told on the caller's thread or by the notifier, never for nothing; put
// into effect by the host, or without its help.
// argv[1]: JamBridge.so
#include <atomic>
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
constexpr uint32_t kDefaultReportedFrames = 576 + 2 * kBlockFramesMax;
constexpr v3_param_id kReportId = 0x10000;

void Attach(Vst3Instance& instance, Handler& handler) {
  v3_edit_controller** controller = instance.controller;
  v3_cpp_obj(controller)->set_component_handler(controller, As<v3_component_handler>(handler));
}

// Long enough for the notifier to have done all that it does.
void WaitForNotifier() { std::this_thread::sleep_for(std::chrono::milliseconds(900)); }

bool WaitFor(const Handler& handler, int changes) {
  for (int i = 0; i < 500 && handler.latencyChanges < changes; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return handler.latencyChanges >= changes;
}

// Where a test needs the host's turn to last, it renders: the plugin helps itself in real time only.

// The user turns it on in the host's window: the host hears of it within that call.
void TellsTheCaller(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Latency() == 0 && instance.Activate(48000, kBlockFramesMax, V3_OFFLINE));
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
  CHECK(instance.Activate(48000, kBlockFramesMax, V3_OFFLINE));
  instance.Point(kParamReportLatency, 0, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  const ValueQueue* report = instance.changesOut.Find(kReportId);
  CHECK(report != nullptr && report->points.size() == 1);
  CHECK(instance.Set(kReportId, report->points[0].second) == V3_OK && handler.latencyChanges == 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK && instance.changesOut.Find(kReportId) == nullptr);
  instance.Deactivate();
  CHECK(instance.Activate() && instance.Latency() == kDefaultReportedFrames);
  WaitForNotifier();
  CHECK(handler.latencyChanges == 1);
}

// The host never hands it back: the notifier speaks. And never reactivates: the plugin helps itself,
// and then has something new to tell.
void HelpsItself(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Activate());
  std::atomic<bool> stop{false};
  std::thread audio([&] {
    Planar in(2, kBlockFramesMax);
    Planar out(2, kBlockFramesMax);
    in.Fill(1);
    instance.Point(kParamReportLatency, 7, 1);
    while (!stop) {
      instance.in.NoteOn(3, 0, 60, 1);
      CHECK(instance.Process(in, out, kBlockFramesMax) == V3_OK);
      CHECK(instance.out.events.size() <= 1);
      for (const float sample : out[1]) CHECK(sample == 1 || sample == 0);  // 0: the new delay fills up
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    in.Fill(0);  // what went in last comes out for exactly the latency
    uint32_t tailFrames = 0;
    for (int block = 0; block < 12; ++block) {
      CHECK(instance.Process(in, out, kBlockFramesMax) == V3_OK);
      for (const float sample : out[0]) tailFrames += sample == 1 ? 1 : 0;
    }
    CHECK(tailFrames == kDefaultReportedFrames);
  });
  CHECK(WaitFor(handler, 2));
  CHECK(instance.Latency() == kDefaultReportedFrames);
  WaitForNotifier();
  CHECK(handler.latencyChanges == 2);  // and then there is peace
  stop = true;
  audio.join();
}

// A render in progress is not torn apart.
void LeavesRendersAlone(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  Attach(instance, handler);
  CHECK(instance.Activate(48000, kBlockFramesMax, V3_OFFLINE));
  instance.Point(kParamReportLatency, 0, 1);
  CHECK(instance.Process(nullptr, nullptr, 0) == V3_OK);
  CHECK(WaitFor(handler, 1));
  WaitForNotifier();
  CHECK(handler.latencyChanges == 1 && instance.Latency() == 0);
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
  CHECK(instance.Latency() == kReportedFrames && WaitFor(handler, 2));  // at once
  instance.Deactivate();
  CHECK(instance.Activate() && instance.Latency() == kReportedFrames && handler.latencyChanges == 2);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  TellsTheCaller(module);
  TellsByParameter(module);
  HelpsItself(module);
  LeavesRendersAlone(module);
  TellsOfAState(module);
  return 0;
}
