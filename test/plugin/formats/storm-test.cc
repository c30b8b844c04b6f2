// Storms: of activations, rates, parameters, instances, threads. argv[1]: the plugin
#include FACE_HEADER

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
#include "test/support/check.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr double kRates[] = {8000, 22050, 44100, 48000, 88200, 96000, 192000};

void BearsActivations(const FaceModule& module, Random& random) {
  Face face(module);
  Planar buffers(16, 8192);
  uint32_t channels = 2;
  const int rounds = kThreadSanitized ? 40 : kSanitized ? 100 : 400;  // by how slow each is there
  for (int round = 0; round < rounds; ++round) {
    if (random.Below(3) == 0) {
      channels = 1 + random.Below(16);
      CHECK(face.Arrange(channels, channels));
    }
    if (random.Below(4) == 0) face.Set(kParamReportLatency, random.Below(2));
    if (random.Below(4) == 0) face.Set(kParamOffline, random.Below(2));
    CHECK(face.Activate(kRates[random.Below(7)], 1 + random.Below(8192), random.Below(4) == 0));
    for (uint32_t blocks = random.Below(4); blocks > 0; --blocks) {
      CHECK(face.Process(buffers.pointers(), channels, buffers.pointers(), channels, random.Below(8193)));
    }
    face.Deactivate();
  }
  CHECK(!face.Activate(0, 64) && !face.Activate(-48000, 64) && !face.Activate(std::nan(""), 64));
}

double AnyValue(Random& random, const ParamDef& def) {
  return def.min + (def.max - def.min) * random.Below(10001) / 10000.0;
}

// Thousands of points a block, of everything there is, at any offset; then all is as the last one said.
void BearsParameters(const FaceModule& module, Random& random) {
  Face face(module);
  CHECK(face.Activate(48000, 512));
  Planar in(2, 512);
  Planar out(2, 512);
  in.Fill(1);
  for (int block = 0; block < 60; ++block) {
    double last[kParamCount] = {};
    for (uint32_t offset = 0; offset < 512; ++offset) {
      for (uint32_t id = 0; id < kParamCount && offset % 2 == 0; ++id) {
        last[id] = AnyValue(random, Params()[id]);
        face.Point(id, offset, last[id]);
      }
    }
    CHECK(face.Process(in, out, 512));
    for (const float sample : out[0]) CHECK(sample >= 0 && sample <= 2);
    for (const ParamDef& def : Params()) {
      if ((def.flags & kParamReadOnly) != 0) continue;
      CHECK(std::abs(face.Plain(def.id) - ClampParam(def.id, last[def.id])) < 1e-6 * (def.max - def.min));
    }
  }
}

// One block after another, each from another thread, as hosts with a pool of workers do.
void ChangesThreads(const FaceModule& module, Random& random) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  Face face(module);
  face.Set(kParamReportLatency, 1);
  face.Set(kParamOffline, 1);
  CHECK(face.Activate(48000, 256));
  Planar buffers(2, 256);
  for (int block = 0; block < 300; ++block) {
    const uint32_t frames = random.Below(257);
    std::thread worker([&] {
      face.Point(kParamDry, 0, block % 2);
      face.Midi(0, static_cast<uint8_t>(block % 2 == 0 ? 0x90 : 0x80), 60, 64);
      face.Roll(block * 256);
      CHECK(face.Process(buffers, buffers, frames));
    });
    worker.join();
    engine.Serve();
  }
}

// Full up with 64, all heard, and one more that plays its own track only.
void LivesInCrowds(const FaceModule& module) {
  const size_t threadsBefore = CountThreads();
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  std::vector<std::unique_ptr<Face>> crowd;
  Planar in(2, 128);
  Planar out(2, 128);
  for (uint32_t i = 0; i <= kSlotCount; ++i) {
    crowd.push_back(std::make_unique<Face>(module));
    crowd.back()->Set(kParamDry, 1);
    CHECK(crowd.back()->Activate(48000, 128));
    CHECK(crowd.back()->Process(in, out, 128));
  }
  CHECK(CountLiveSlots(engine.segment()) == kSlotCount && crowd.back()->Plain(kParamStatus) == 4);
  CHECK(CountThreads() <= threadsBefore + 3);  // one set a process, not one an instance; and the test's own
  engine.Serve();
  for (uint32_t i = 0; i <= kSlotCount; ++i) {
    CHECK(crowd[i]->Process(in, out, 128));
    for (uint32_t k = 0; k < 128; ++k) {
      const float heard =
          i == kSlotCount ? 0 : PlayoutSample(i, 1, engine.view(i).control.streamFrame + 128 + k);
      CHECK(out[1][k] == heard);
    }
  }
  while (crowd.size() > 1) crowd.erase(crowd.begin() + static_cast<std::ptrdiff_t>(crowd.size() / 2));
}

// Instances in threads of their own, while engines come and go.
void LivesSideBySide(const FaceModule& module) {
  const TestSegmentName name;
  std::atomic<bool> stop{false};
  std::vector<std::thread> tracks;
  for (int i = 0; i < 4; ++i) {
    tracks.emplace_back([&module, &stop, i] {
      Random random(static_cast<uint64_t>(i));
      Face face(module);
      face.Set(kParamOffline, 1);
      Planar buffers(2, 300);
      while (!stop) {
        CHECK(face.Activate(48000, 300));
        for (int block = 0; block < 100 && !stop; ++block) {
          face.Roll(block * 300);
          CHECK(face.Process(buffers, buffers, random.Below(301)));
          std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
        face.Deactivate();
      }
    });
  }
  for (int round = 0; round < 6; ++round) {
    FakeEngine engine(name.object);
    for (int i = 0; i < 60; ++i) {
      engine.Serve();
      usleep(2000);
    }
    if (round % 2 == 0) engine.Crash();
  }
  stop = true;
  for (std::thread& track : tracks) track.join();
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  Random random(TestSeed());
  const FaceModule module(argv[1]);
  BearsActivations(module, random);
  BearsParameters(module, random);
  ChangesThreads(module, random);
  LivesInCrowds(module);
  LivesSideBySide(module);
  return 0;
}
