// What is said twice, and threads side by side; storms and crowds are in test/plugin/formats.
// argv[1]: JamBridge.so
#include <atomic>
#include <thread>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void ActivatesInStorms(const Vst3Module& module) {
  Vst3Instance instance(module);
  Random random(11);
  Planar buffers(2, 8192);
  const double rates[] = {22050, 44100, 48000, 96000, 192000};
  for (int round = 0; round < 200; ++round) {
    CHECK(instance.Activate(rates[random.Below(5)], static_cast<int32_t>(1 + random.Below(8192))));
    for (uint32_t blocks = random.Below(4); blocks > 0; --blocks) {
      CHECK(instance.Process(buffers, buffers, static_cast<int32_t>(random.Below(8193))) == V3_OK);
    }
    if (round % 5 == 0) v3_cpp_obj(instance.component)->set_active(instance.component, 1);  // twice
    instance.Deactivate();
    v3_cpp_obj(instance.component)->set_active(instance.component, 0);
  }
}

// A DAW's three kinds of caller at once: audio, the user's hand, the autosave.
void ServesThreads(const Vst3Module& module) {
  Handler handler;
  Vst3Instance instance(module);
  v3_edit_controller** controller = instance.controller;
  v3_cpp_obj(controller)->set_component_handler(controller, As<v3_component_handler>(handler));
  CHECK(instance.Activate(48000, 64));
  std::atomic<bool> stop{false};
  std::thread audio([&] {
    Planar buffers(2, 64);
    for (uint32_t block = 0; !stop; ++block) {
      const auto offset = static_cast<int32_t>(block % 64);
      instance.changesIn.Add(kParamDry, offset, (block % 100) / 100.0);
      instance.changesIn.Add(kParamReportLatency, offset, block % 2);
      instance.in.NoteOn(offset, 0, 60, 1);
      CHECK(instance.Process(buffers, buffers, 64) == V3_OK);
      std::this_thread::yield();
    }
  });
  for (int round = 0; round < 400; ++round) {
    Stream stream;
    v3_component** component = instance.component;
    CHECK(v3_cpp_obj(component)->get_state(component, As<v3_bstream>(stream)) == V3_OK);
    CHECK(v3_cpp_obj(component)->set_state(component, As<v3_bstream>(stream)) == V3_OK);
    instance.Set(kParamDry, (round % 10) / 10.0);
    instance.Set(kParamReportLatency, round % 2);
    CHECK(instance.Plain(kParamChannel) == 1);
    instance.Latency();
    if (round % 10 == 0) {
      v3_cpp_obj(controller)->set_component_handler(controller, nullptr);
      v3_cpp_obj(controller)->set_component_handler(controller, As<v3_component_handler>(handler));
    }
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(900));  // let the notifier take part
  stop = true;
  audio.join();
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const Vst3Module module(argv[1]);
  ActivatesInStorms(module);
  ServesThreads(module);
  return 0;
}
