// Storms of activation, many instances, loading and unloading, threads side by side.
// argv[1]: JamBridge.clap
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "clap/ext/state.h"
#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
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

void LivesInCrowds(const ClapModule& module) {
  const size_t threadsBefore = CountThreads();
  ClapHost host;
  std::vector<std::unique_ptr<ClapInstance>> crowd;
  Planar in(2, 128);
  Planar out(2, 128);
  for (int i = 0; i < 32; ++i) {
    crowd.push_back(std::make_unique<ClapInstance>(module, host));
    CHECK(crowd.back()->Activate(48000, 128));
  }
  CHECK(CountThreads() <= threadsBefore + 2);  // one set a process, not one an instance
  for (int block = 0; block < 20; ++block) {
    for (size_t i = 0; i < crowd.size(); ++i) {
      in.Fill(static_cast<float>(i + 1));
      CHECK(crowd[i]->Process(in, out, 128) == CLAP_PROCESS_CONTINUE);
      CHECK(out[1][127] == static_cast<float>(i + 1));
    }
  }
  while (crowd.size() > 1) crowd.erase(crowd.begin() + static_cast<std::ptrdiff_t>(crowd.size() / 2));
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

void LoadOnce(const char* path) {
  const ClapModule module(path);
  CHECK(module.factory() != nullptr);
  ClapHost host;
  ClapInstance instance(module, host);
  CHECK(instance.Activate(48000, 256));
  Planar buffers(2, 256);
  CHECK(instance.Process(buffers, buffers, 256) == CLAP_PROCESS_CONTINUE);
}

void UnloadsCleanly(const char* path) {
  for (int round = 0; round < 20; ++round) LoadOnce(path);
  CHECK(!IsMapped(path));
  const size_t threads = CountThreads();
  const size_t descriptors = CountDescriptors();
  const size_t mappings = CountMappings();
  const size_t residentKib = ResidentKib();
  for (int round = 0; round < 200; ++round) LoadOnce(path);
  CHECK(!IsMapped(path));
  CHECK(CountThreads() == threads && CountDescriptors() == descriptors);
  if (kSanitized) return;  // its shadow grows with every load
  CHECK(CountMappings() <= mappings + 4);
  CHECK(ResidentKib() <= residentKib + 1024);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  {
    const ClapModule module(argv[1]);
    ActivatesInStorms(module);
    LivesInCrowds(module);
    ServesThreads(module);
  }
  UnloadsCleanly(argv[1]);
  return 0;
}
