// The adapter's part of process() neither allocates nor locks nor calls the system, whatever it is
// given. argv[1]: JamBridge.so
#include <cstdio>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/interposer.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void ExpectNoViolation() {
  const char* violation = TakeViolation();
  if (violation != nullptr) std::fprintf(stderr, "process() called %s\n", violation);
  CHECK(violation == nullptr);
}

// Output parameters without memory of their own: every queue is this one.
class QuietChanges final : public HostObject {
 public:
  virtual int32_t V3_API getParameterCount() { return 0; }
  virtual void* V3_API getParameterData(int32_t) { return nullptr; }
  virtual void* V3_API addParameterData(v3_param_id*, int32_t*) {
    ++taken;
    queue.points.clear();  // keeps its room
    return &queue;
  }
  ValueQueue queue{0};
  int taken = 0;
};

// First the watch must see into the module: saving a state allocates.
void WatchSeesTheModule(const Vst3Instance& instance) {
  Stream stream;
  stream.bytes.reserve(4096);
  stream.pieceMax = 4096;
  {
    const RealtimeWatch watch;
    v3_cpp_obj(instance.component)->get_state(instance.component, As<v3_bstream>(stream));
  }
  CHECK(!stream.bytes.empty() && TakeViolation() != nullptr);
}

void FillEvents(Vst3Instance& instance, Random& random, const std::vector<uint8_t>& sysEx) {
  instance.in.events.clear();
  instance.changesIn.queues.clear();
  const uint32_t count = random.Below(50) == 0 ? 6000 : random.Below(200);
  for (uint32_t i = 0; i < count; ++i) {
    const auto offset = static_cast<int32_t>(random.Below(300)) - 10;  // unsorted, some off the block
    switch (random.Below(6)) {
      case 0:
        instance.changesIn.Add(random.Below(kParamCount + 2), offset, random.Below(100) / 99.0);
        break;
      case 1:
        instance.changesIn.Add(0x20000 + random.Below(16 * 131), offset, random.Below(100) / 99.0);
        break;
      case 2:
        instance.in.SysEx(offset, sysEx);
        break;
      case 3:
        instance.in.Add(offset, V3_EVENT_NOTE_EXP_VALUE).note_exp_value = {
            random.Below(8), static_cast<int32_t>(random.Below(3)) - 1, random.Below(100) / 50.0};
        break;
      default:
        instance.in.NoteOn(offset, static_cast<int16_t>(random.Below(18)), 60, 0.5F);
    }
  }
}

/// A session of blocks in their own time, each under watch; without an engine, with one, and after it.
class Session {
 public:
  Session(const Vst3Module& module, uint32_t channels) : instance_(module) {
    v3_speaker_arrangement speakers = (uint64_t{1} << channels) - 1;
    v3_audio_processor** processor = instance_.processor;
    CHECK(v3_cpp_obj(processor)->set_bus_arrangements(processor, &speakers, 1, &speakers, 1) == V3_TRUE);
    instance_.SetPlain(kParamOffline, 1);
    instance_.SetPlain(kParamReportLatency, channels % 2);
    instance_.SetPlain(kParamFollowTransport, 1);
    CHECK(instance_.Activate(48000, 256));
    input_ = {static_cast<int32_t>(channels), 0, {in_.pointers()}};
    output_ = {static_cast<int32_t>(channels), 0, {out_.pointers()}};
    instance_.context = &context_;
    context_.state = V3_PROCESS_CTX_PLAYING;
    context_.sample_rate = 48000;
    quiet_.queue.points.reserve(16);
    instance_.out.events.reserve(20000);
  }

  void Play(int rounds, FakeEngine* engine, int32_t processMode = V3_REALTIME) {
    for (int round = 0; round < rounds; ++round) {
      if (engine != nullptr && round % 3 == 0) engine->Serve();
      if (engine != nullptr && round % 10 == 0) engine->StirSlots(round);
      FillEvents(instance_, random_, bare_);
      instance_.out.events.clear();
      instance_.out.eventsMax = round % 11 == 0 ? 1 : 20000;
      const uint32_t frames = round % 5 == 0 ? 0 : 1 + random_.Below(round % 97 == 0 ? 8192 : 256);
      context_.project_time_in_samples = round % 100 * 1000;
      v3_process_data data = instance_.MakeData(&input_, &output_, static_cast<int32_t>(frames));
      data.process_mode = processMode;
      data.output_params = As<v3_param_changes>(quiet_);
      {
        const RealtimeWatch watch;
        CHECK(v3_cpp_obj(instance_.processor)->process(instance_.processor, &data) == V3_OK);
      }
      ExpectNoViolation();
      sent += instance_.out.events.size();
      usleep(frames * 20);  // in its own time, or it would be taken for a render
    }
  }

  const Vst3Instance& instance() const { return instance_; }
  int shown() const { return quiet_.taken; }

  size_t sent = 0;

 private:
  Vst3Instance instance_;
  Planar in_{16, 8192};
  Planar out_{16, 8192};
  v3_audio_bus_buffers input_{};
  v3_audio_bus_buffers output_{};
  v3_process_context context_{};
  QuietChanges quiet_;
  Random random_{13};
  const std::vector<uint8_t> bare_ =
      std::vector<uint8_t>(700, 0x33);  // to be framed: takes the arena's bytes
};

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const TestSegmentName name;
  const Vst3Module module(argv[1]);
  CHECK(WatchesModules());
  for (const uint32_t channels : {1U, 2U, 16U}) {
    Session session(module, channels);
    WatchSeesTheModule(session.instance());
    session.Play(50, nullptr);  // nobody there
    for (int i = 0; i < 3; ++i) {
      FakeEngine engine(name.object);
      session.Play(100, &engine);
      session.Play(30, &engine, V3_OFFLINE);
      if (i == 0) engine.Crash();
      if (i == 1) engine.segment().header().retired.store(1);
      session.Play(100, nullptr);  // vanished, or replaced under the plugin's hands
    }
    CHECK(session.sent > 1000 && session.shown() > 0 && session.instance().Plain(kParamTake) > 0);
    CHECK(AllowedSends() > 0);
  }
  return 0;
}
