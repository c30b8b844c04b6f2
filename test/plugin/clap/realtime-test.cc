// The adapter's part of process() neither allocates nor locks nor calls the system, whatever it is
// given. argv[1]: JamBridge.clap
#include <array>
#include <cstdio>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/interposer.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void ExpectNoViolation() {
  const char* violation = TakeViolation();
  if (violation != nullptr) std::fprintf(stderr, "process() called %s\n", violation);
  CHECK(violation == nullptr);
}

// A host whose lists take no memory, so that what is counted is the plugin's.
struct QuietHost {
  uint32_t taken = 0;
  bool full = false;
  clap_output_events_t out{this, [](const clap_output_events_t* self, const clap_event_header_t*) {
                             auto& host = *static_cast<QuietHost*>(self->ctx);
                             ++host.taken;
                             return !host.full;
                           }};
};

// First the watch must see into the module: making an instance allocates.
void WatchSeesTheModule(const ClapModule& module, ClapHost& host) {
  const clap_plugin_t* plugin = nullptr;
  {
    const RealtimeWatch watch;
    plugin = module.factory()->create_plugin(module.factory(), &host.host, kClapId);
  }
  CHECK(TakeViolation() != nullptr);
  plugin->destroy(plugin);
}

void FillEvents(ClapEventsIn& events, Random& random, const std::vector<uint8_t>& sysEx) {
  events.Clear();
  const uint32_t count = random.Below(50) == 0 ? 6000 : random.Below(200);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t time = random.Below(300);  // unsorted, some past the block
    switch (random.Below(5)) {
      case 0:
        events.Param(time, random.Below(kParamCount + 2), random.Below(100) / 50.0);
        break;
      case 1:
        events.Note(time, CLAP_EVENT_NOTE_ON, 3, 60, 0.5);
        break;
      case 2:
        events.SysEx(time, sysEx);
        break;
      default:
        events.Midi(time, static_cast<uint8_t>(0x80 + random.Below(128)), 1, 2);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const TestSegmentName name;
  FakeEngine engine(name.object);
  const ClapModule module(argv[1]);
  ClapHost host;
  WatchSeesTheModule(module, host);
  ClapInstance instance(module, host);
  CHECK(instance.Activate(48000, 256));
  Planar in(2, 8192);
  Planar out(2, 8192);
  clap_audio_buffer_t input{};
  clap_audio_buffer_t output{};
  input.data32 = in.pointers();
  output.data32 = out.pointers();
  input.channel_count = output.channel_count = 2;
  QuietHost quiet;
  clap_process_t block{};
  block.audio_inputs = &input;
  block.audio_outputs = &output;
  block.audio_inputs_count = block.audio_outputs_count = 1;
  block.in_events = instance.in.list();
  block.out_events = &quiet.out;
  Random random(13);
  const std::vector<uint8_t> bare(700, 0x33);  // to be framed: takes the arena's bytes
  for (int round = 0; round < 600; ++round) {
    if (round % 3 == 0) engine.Serve();
    FillEvents(instance.in, random, bare);
    quiet.full = round % 11 == 0;
    block.frames_count = round % 5 == 0 ? 0 : 1 + random.Below(round % 7 == 0 ? 8192 : 256);
    {
      const RealtimeWatch watch;
      CHECK(instance.plugin->process(instance.plugin, &block) == CLAP_PROCESS_CONTINUE);
    }
    ExpectNoViolation();
  }
  CHECK(quiet.taken > 1000);
  return 0;
}
