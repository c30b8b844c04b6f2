// process() is real-time safe, with an engine, without one, and while engines come and go: no allocation, no
// lock, no wait, and no system call but the doorbell. The C library and the kernel both watch; first it is
// shown that they notice.
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/shim/interposer.h"
#include "test/plugin/shim/syscall-fence.h"
#include "test/plugin/shim/test-host.h"
#include "test/support/child.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

using Callback = void (*)();

std::mutex mutex;
void* volatile leaked;

void Allocate() { leaked = ::operator new(64); }
void Free() {
  free(leaked);
  leaked = nullptr;
}
void Lock() { const std::lock_guard lock(mutex); }
void Wait() { usleep(1); }
void Print() { static_cast<void>(!write(STDOUT_FILENO, "", 0)); }
void Nothing() {}

void TestInterposerNotices() {
  const auto run = [](Callback callback) {
    const RealtimeWatch watch;
    callback();
  };
  run(Nothing);
  CHECK(TakeViolation() == nullptr);
  for (const Callback bad : {Allocate, Free, Lock, Wait, Print}) {
    run(bad);
    CHECK(TakeViolation() != nullptr);
  }
  Lock();
  CHECK(TakeViolation() == nullptr);  // nobody was watched
}

void FutexCall() {
  syscall(202 /* futex, on x86-64; another forbidden one elsewhere */, nullptr, 1, 0, nullptr);
}
void MapCall() { leaked = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
void IdCall() { static_cast<void>(getppid()); }

/** Runs in a fenced thread of a child; what the child's exit code was. */
int RunFenced(Callback callback) {
  const int status = Join(Fork([&] {
    std::atomic<int> state{0};
    std::thread fenced([&] {
      if (!FenceThisThread()) {
        state = -1;
        return;
      }
      callback();
      state = 1;
      for (;;) {
      }  // leaving a thread takes system calls
    });
    while (state == 0) usleep(100);
    const int code = state == 1 ? 0 : 77;
    _exit(code);
    return code;
  }));
  CHECK(WIFEXITED(status));
  return WEXITSTATUS(status);
}

void TestFenceNotices() {
  CHECK_EQ(RunFenced(Nothing), 0);
  for (const Callback bad : {FutexCall, MapCall, IdCall, Wait, Print})
    CHECK_EQ(RunFenced(bad), kFenceExitCode);
}

/** Everything that can come with a block, made beforehand. */
struct Script {
  explicit Script(uint64_t seed) : random(seed), sysex(65536, 1) {
    sysex.front() = 0xF0;
    sysex.back() = 0xF7;
    for (Block& block : blocks) MakeBlock(block);
  }

  struct Block {
    uint32_t frames;
    bool inPlace;
    bool offline;
    std::vector<InputEvent> events;
  };

  void MakeBlock(Block& block) {
    block.frames = random.Below(8) == 0 ? random.Below(8193) : random.Below(300);
    block.inPlace = random.Below(2) == 0;
    block.offline = random.Below(40) == 0;
    for (uint32_t i = random.Below(6); i > 0; i--) {
      InputEvent event = {};
      event.offset = random.Below(block.frames + 1);
      if (random.Below(4) == 0) {
        constexpr uint32_t kIds[] = {kParamMode,    kParamDry,       kParamWet,   kParamMidi,
                                     kParamChannel, kParamLatencyMs, kParamBypass};
        event.kind = InputEvent::kParam;
        event.param = kIds[random.Below(7)];
        event.value = DenormalizeParam(event.param, random.Below(101) / 100.0);
      } else if (random.Below(20) == 0) {
        event.size = static_cast<uint32_t>(sysex.size());
        event.data = sysex.data();
      } else {
        event.size = 3;
        event.small[0] = static_cast<uint8_t>(random.Below(2) == 0 ? 0x90 : 0x80);
        event.small[1] = static_cast<uint8_t>(random.Below(128));
        event.small[2] = 90;
      }
      block.events.push_back(event);
    }
    const auto earlier = [](const InputEvent& a, const InputEvent& b) { return a.offset < b.offset; };
    std::sort(block.events.begin(), block.events.end(), earlier);
  }

  Random random;
  std::vector<uint8_t> sysex;
  std::array<Block, 512> blocks;
};

class QuietSink : public HostSink {
 public:
  bool SendMidiMsg(const MidiEvent&) override { return ++messages % 50 != 0; }
  void LatencyChanged() override {}
  void FollowRemote(const RemoteMove&) override { moves++; }
  uint32_t messages = 0;
  uint32_t moves = 0;
};

struct Run {
  std::atomic<bool> stop{false};
  std::atomic<bool> stopped{false};
  std::atomic<bool> fenced{false};
  std::atomic<uint32_t> blocks{0};
  std::atomic<const char*> violation{nullptr};
};

/** The audio thread: fenced, watched, and spinning between blocks, since it may not even sleep. */
void AudioThread(Plugin& plugin, Script& script, Planar& in, Planar& out, Run& run) {
  run.fenced = FenceThisThread();
  Transport transport = {kTransportPlaying | kTransportPositionValid, 0, 0, 0, 120, 4, 4};
  while (run.fenced && !run.stop) {
    const Script::Block& block = script.blocks[run.blocks % script.blocks.size()];
    transport.songFrame = (transport.songFrame + block.frames) % 100000;  // round and round
    const ProcessArgs args = {in.pointers(),
                              block.inPlace ? in.pointers() : out.pointers(),
                              in.channels(),
                              in.channels(),
                              block.frames,
                              block.events.data(),
                              static_cast<uint32_t>(block.events.size()),
                              &transport,
                              block.offline};
    {
      const RealtimeWatch watch;
      plugin.ProcessBlock(args);
    }
    if (const char* found = TakeViolation()) run.violation = found;
    run.blocks++;
    for (const uint64_t until = MonotonicNs() + 200000; MonotonicNs() < until;) {
    }
  }
  run.stopped = true;
  for (;;) {
  }
}

/** Serves for a while, asleep now and then so that bells are rung, sending MIDI of all kinds. */
void ServeAWhile(FakeEngine& engine, const Script& script, int milliseconds) {
  for (int i = 0; i < milliseconds; i++) {
    engine.Serve();
    for (uint32_t slot = 0; slot < kSlotCount; slot++) {
      if (engine.slot(slot).state.load() != static_cast<uint32_t>(RoleState::kLive)) continue;
      const uint64_t frame = engine.view(slot).control.blockFrame;
      if (i % 10 == 0) engine.MoveRemote(slot, (i & 1) != 0, i, frame);
      engine.TrySendMidi(slot, frame + 500, {0x90, static_cast<uint8_t>(i & 127), 100});
      if (i % 50 == 0) engine.TrySendMidi(slot, frame + 9000, script.sysex);
    }
    engine.header().engineSleeping.store(1);
    usleep(1000);
    engine.doorbell().Drain();
  }
}

struct Case {
  bool reportLatency;
  bool take;       // what is received is recorded, and replayed in renders
  bool watchFlow;  // the blocks below flow faster than time: they are a render, once that is noticed
  uint32_t channels;
};

int Scenario(uint64_t seed, const Case& setup) {
  const TestSegmentName name("-rt");
  QuietSink sink;
  Plugin plugin(&sink);
  plugin.SetParam(kParamReportLatency, setup.reportLatency ? 1 : 0);
  plugin.SetParam(kParamOffline, setup.take ? 1 : 0);
  plugin.SetParam(kParamFollowTransport, 1);
  plugin.WatchBlockFlow(setup.watchFlow);
  CHECK(plugin.Activate(48000, 1024, setup.channels, setup.channels));
  Script script(seed);
  Planar in(setup.channels, kBlockFramesMax);
  Planar out(setup.channels, kBlockFramesMax);
  in.FillNoise(script.random);
  Run run;
  std::thread audio([&] { AudioThread(plugin, script, in, out, run); });
  usleep(150000);  // nobody there
  for (int i = 0; i < 3; i++) {
    FakeEngine engine(name.object);
    ServeAWhile(engine, script, 200);
    if (i == 0) engine.Crash();                              // stale, then replaced
    if (i == 1) engine.segment().header().retired.store(1);  // moved
    if (i == 1) usleep(300000);
  }
  run.stop = true;
  while (!run.stopped) usleep(100);
  CHECK(run.fenced);
  if (run.violation != nullptr) std::cerr << "process() called " << run.violation << std::endl;
  CHECK(run.violation == nullptr);
  CHECK(run.blocks > 500);
  CHECK(setup.watchFlow || AllowedSends() > 0);  // the doorbell was rung, under watch
  CHECK(sink.messages > 0);
  CHECK(setup.watchFlow || sink.moves > 0);
  CHECK((plugin.GetParam(kParamTake) > 0) == (setup.take && !setup.watchFlow));
  UnlinkSegment(name.object);
  _exit(0);  // the audio thread can't end
}

}  // namespace

int main() {
  const uint64_t seed = TestSeed();
  TestInterposerNotices();
  TestFenceNotices();
  for (const Case& setup :
       {Case{false, false, false, 2}, Case{true, true, false, 2}, Case{true, true, false, 16},
        Case{false, true, true, 1}, Case{true, true, false, 0}}) {
    const int status = Join(Fork([&] { return Scenario(seed, setup); }));
    CHECK(Succeeded(status));
  }
  return 0;
}
