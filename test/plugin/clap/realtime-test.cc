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
    switch (random.Below(6)) {
      case 0:
        events.Param(time, random.Below(kParamCount + 2), random.Below(100) / 50.0);
        break;
      case 1:
        events.Note(time, CLAP_EVENT_NOTE_ON, 3, 60, 0.5);
        break;
      case 2:
        events.SysEx(time, sysEx);
        break;
      case 3: {
        clap_event_note_expression_t event{};
        event.header = {0, time, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_NOTE_EXPRESSION, 0};
        event.expression_id = static_cast<clap_note_expression>(random.Below(8));
        event.note_id = static_cast<int32_t>(random.Below(3)) - 1;
        event.channel = static_cast<int16_t>(static_cast<int>(random.Below(18)) - 1);
        event.key = static_cast<int16_t>(static_cast<int>(random.Below(130)) - 1);
        event.value = random.Below(100) / 50.0;
        events.Push(event);
        break;
      }
      default:
        events.Midi(time, static_cast<uint8_t>(0x80 + random.Below(128)), 1, 2);
    }
  }
}

/// A session of blocks in their own time, each under watch; without an engine, with one, and after it.
class Session {
 public:
  Session(const ClapModule& module, ClapHost& host, clap_id layout) : instance_(module, host) {
    const auto* configs = instance_.Extension<clap::PluginAudioPortsConfig>(clap::kExtAudioPortsConfig);
    CHECK(configs->select(instance_.plugin, layout));
    Set(kParamOffline, 1);
    Set(kParamReportLatency, layout % 2);
    Set(kParamFollowTransport, 1);
    CHECK(instance_.Activate(48000, 256));
    input_.data32 = in_.pointers();
    output_.data32 = out_.pointers();
    input_.channel_count = output_.channel_count = layout;
    block_.audio_inputs = &input_;
    block_.audio_outputs = &output_;
    block_.audio_inputs_count = block_.audio_outputs_count = 1;
    block_.in_events = instance_.in.list();
    block_.out_events = &quiet.out;
    block_.transport = &transport_;
    transport_.header = {sizeof transport_, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
    transport_.flags = CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE;
  }

  void Set(clap_id id, double plain) {
    const auto* params = instance_.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
    instance_.in.Param(0, id, plain);
    params->flush(instance_.plugin, instance_.in.list(), nullptr);
    instance_.in.Clear();
  }

  void Render(bool offline) {
    const auto* render = instance_.Extension<clap::PluginRender>(clap::kExtRender);
    CHECK(render->set(instance_.plugin, offline ? clap::kRenderOffline : clap::kRenderRealtime));
  }

  void Play(int rounds, FakeEngine* engine) {
    for (int round = 0; round < rounds; ++round) {
      if (engine != nullptr && round % 3 == 0) engine->Serve();
      if (engine != nullptr && round % 10 == 0) engine->StirSlots(round);
      FillEvents(instance_.in, random_, bare_);
      quiet.full = round % 11 == 0;
      block_.frames_count = round % 5 == 0 ? 0 : 1 + random_.Below(round % 97 == 0 ? 8192 : 256);
      transport_.song_pos_seconds = static_cast<clap_sectime>(round % 100) * CLAP_SECTIME_FACTOR / 50;
      {
        const RealtimeWatch watch;
        CHECK(instance_.plugin->process(instance_.plugin, &block_) == CLAP_PROCESS_CONTINUE);
      }
      ExpectNoViolation();
      usleep(block_.frames_count * 20);  // in its own time, or it would be taken for a render
    }
  }

  double Param(clap_id id) const { return instance_.Param(id); }

  QuietHost quiet;

 private:
  ClapInstance instance_;
  Planar in_{16, 8192};
  Planar out_{16, 8192};
  clap_audio_buffer_t input_{};
  clap_audio_buffer_t output_{};
  clap_event_transport_t transport_{};
  clap_process_t block_{};
  Random random_{13};
  const std::vector<uint8_t> bare_ =
      std::vector<uint8_t>(700, 0x33);  // to be framed: takes the arena's bytes
};

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const TestSegmentName name;
  const ClapModule module(argv[1]);
  CHECK(WatchesModules());
  ClapHost host;
  WatchSeesTheModule(module, host);
  for (const clap_id layout : {1U, 2U, 16U}) {
    Session session(module, host, layout);
    session.Play(50, nullptr);  // nobody there
    for (int i = 0; i < 3; ++i) {
      FakeEngine engine(name.object);
      session.Play(100, &engine);
      session.Render(true);
      session.Play(30, &engine);
      session.Render(false);
      if (i == 0) engine.Crash();
      if (i == 1) engine.segment().header().retired.store(1);
      session.Play(100, nullptr);  // vanished, or replaced under the plugin's hands
    }
    CHECK(session.quiet.taken > 1000 && session.Param(kParamTake) > 0);
    CHECK(AllowedSends() > 0);
  }
  return 0;
}
