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
    switch (random.Below(5)) {
      case 0:
        instance.changesIn.Add(random.Below(kParamCount + 2), offset, random.Below(100) / 99.0);
        break;
      case 1:
        instance.changesIn.Add(0x20000 + random.Below(16 * 131), offset, random.Below(100) / 99.0);
        break;
      case 2:
        instance.in.SysEx(offset, sysEx);
        break;
      default:
        instance.in.NoteOn(offset, static_cast<int16_t>(random.Below(18)), 60, 0.5F);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const TestSegmentName name;
  FakeEngine engine(name.object);
  const Vst3Module module(argv[1]);
  Vst3Instance instance(module);
  WatchSeesTheModule(instance);
  CHECK(instance.Activate(48000, 256));
  Planar in(2, 8192);
  Planar out(2, 8192);
  v3_audio_bus_buffers input{2, 0, {in.pointers()}};
  v3_audio_bus_buffers output{2, 0, {out.pointers()}};
  QuietChanges quiet;
  quiet.queue.points.reserve(16);
  instance.out.events.reserve(20000);
  Random random(13);
  const std::vector<uint8_t> bare(700, 0x33);  // to be framed: takes the arena's bytes
  size_t sent = 0;
  for (int round = 0; round < 600; ++round) {
    if (round % 3 == 0) engine.Serve();
    FillEvents(instance, random, bare);
    instance.out.events.clear();
    instance.out.eventsMax = round % 11 == 0 ? 1 : 20000;
    const uint32_t frames = round % 5 == 0 ? 0 : 1 + random.Below(round % 7 == 0 ? 8192 : 256);
    v3_process_data data = instance.MakeData(&input, &output, static_cast<int32_t>(frames));
    data.output_params = As<v3_param_changes>(quiet);
    {
      const RealtimeWatch watch;
      CHECK(v3_cpp_obj(instance.processor)->process(instance.processor, &data) == V3_OK);
    }
    ExpectNoViolation();
    sent += instance.out.events.size();
  }
  CHECK(sent > 1000 && quiet.taken > 0);
  return 0;
}
