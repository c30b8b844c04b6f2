// What is said twice, and threads side by side; storms and crowds are in test/plugin/formats.
// argv[1]: JamBridge.clap
#include <atomic>
#include <thread>
#include <vector>

#include "clap/ext/state.h"
#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void ActivatesInStorms(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  Random random(11);
  Planar buffers(2, 8192);
  const double rates[] = {22050, 44100, 48000, 96000, 192000};
  for (int round = 0; round < 200; ++round) {
    CHECK(instance.Activate(rates[random.Below(5)], 1 + random.Below(8192)));
    for (uint32_t blocks = random.Below(4); blocks > 0; --blocks) {
      CHECK(instance.Process(buffers, buffers, random.Below(8193)) == CLAP_PROCESS_CONTINUE);
    }
    if (round % 3 == 0) instance.plugin->reset(instance.plugin);
    instance.Deactivate();
  }
  CHECK(!instance.plugin->activate(instance.plugin, -1, 1, 64));
  CHECK(instance.Activate() && !instance.plugin->activate(instance.plugin, 48000, 1, 64));  // twice
}

// A DAW's three kinds of caller at once: audio, the user's hand, the autosave.
void ServesThreads(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  CHECK(instance.Activate(48000, 64));
  std::atomic<bool> stop{false};
  std::thread audio([&] {
    Planar buffers(2, 64);
    for (uint32_t block = 0; !stop; ++block) {
      instance.in.Param(block % 64, kParamDry, (block % 100) / 100.0);
      instance.in.Param(block % 64, kParamLatencyMs, 1 + block % 400);
      instance.in.Midi(block % 64, 0x90, 60, 1);
      CHECK(instance.Process(buffers, buffers, 64) == CLAP_PROCESS_CONTINUE);
      std::this_thread::yield();
    }
  });
  const auto* state = instance.Extension<clap_plugin_state_t>(CLAP_EXT_STATE);
  const auto* latency = instance.Extension<clap_plugin_latency_t>(CLAP_EXT_LATENCY);
  for (int round = 0; round < 400; ++round) {
    std::string bytes;
    const clap_ostream_t out{&bytes, [](const clap_ostream_t* self, const void* data, uint64_t size) {
                               static_cast<std::string*>(self->ctx)->append(static_cast<const char*>(data),
                                                                            size);
                               return static_cast<int64_t>(size);
                             }};
    CHECK(state->save(instance.plugin, &out));
    const clap_istream_t in{&bytes, [](const clap_istream_t* self, void* data, uint64_t size) {
                              auto& left = *static_cast<std::string*>(self->ctx);
                              const size_t given = left.copy(static_cast<char*>(data), size);
                              left.erase(0, given);
                              return static_cast<int64_t>(given);
                            }};
    CHECK(state->load(instance.plugin, &in));
    CHECK(instance.Param(kParamChannel) == 1 && latency->get(instance.plugin) == 0);
    instance.plugin->on_main_thread(instance.plugin);
  }
  stop = true;
  audio.join();
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  ActivatesInStorms(module);
  ServesThreads(module);
  return 0;
}
