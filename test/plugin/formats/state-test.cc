// State through streams of 17 bytes, while playing, from versions that are no more, and from anybody.
// argv[1]: the plugin
#include FACE_HEADER

#include <atomic>
#include <thread>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
#include "test/support/check.h"
#include "test/support/seed.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void GoesRound(const FaceModule& module, Random& random) {
  for (int round = 0; round < 100; ++round) {
    Face from(module);
    Face to(module);
    for (const ParamDef& def : Params()) {
      from.Set(def.id, def.min + (def.max - def.min) * random.Below(10001) / 10000.0);
    }
    const size_t pieceMax = round % 3 == 0 ? 1 : 17;
    const std::string saved = from.Save(pieceMax);
    CHECK(!saved.empty() && to.Load(saved, pieceMax) && to.Save(4096) == saved);
    for (const ParamDef& def : Params()) CHECK(from.Plain(def.id) == to.Plain(def.id));
    CHECK(from.Latency() == to.Latency());
  }
}

void RefusesAnythingElse(const FaceModule& module, Random& random) {
  Face face(module);
  face.Set(kParamChannel, 33);
  const std::string good = face.Save(17);
  for (size_t bytes = 0; bytes < good.size(); ++bytes) CHECK(!face.Load(good.substr(0, bytes), 17));
  CHECK(!face.Load(std::string(1 << 20, 'x'), 4096) && !face.Load(std::string(300, '\0'), 17));
  for (int round = 0; round < 2000; ++round) {
    std::string bad = good;
    for (uint32_t k = 1 + random.Below(8); k > 0; --k) {
      bad[random.Below(static_cast<uint32_t>(bad.size()))] = static_cast<char>(random.Next());
    }
    face.Load(bad, 17);
    for (const ParamDef& def : Params()) {
      CHECK(face.Plain(def.id) >= def.min - 1e-9 && face.Plain(def.id) <= def.max + 1e-9);
    }
  }
  CHECK(face.Load(good, 17) && face.Plain(kParamChannel) == 33);
  CHECK(face.Load("jambridge-state 9\nchannel=5\nmore=of everything\nend\nbeyond\n", 17));
  CHECK(face.Plain(kParamChannel) == 5 && face.Plain(kParamDry) == 1);
}

// The autosave and the preset browser, while it plays.
void GoesOnWhilePlaying(const FaceModule& module) {
  Face face(module);
  Face preset(module);
  preset.Set(kParamChannel, 9);
  const std::string presets[] = {face.Save(17), preset.Save(17)};
  CHECK(face.Activate(48000, 128));
  std::atomic<bool> stop{false};
  std::thread audio([&] {
    Planar buffers(2, 128);
    while (!stop) {
      CHECK(face.Process(buffers, buffers, 128));
      std::this_thread::yield();
    }
  });
  for (int round = 0; round < 300; ++round) {
    CHECK(face.Load(presets[round % 2], 17) && face.Save(17) == presets[round % 2]);
    CHECK(face.Plain(kParamChannel) == (round % 2 == 0 ? 1 : 9));
  }
  stop = true;
  audio.join();
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  Random random(TestSeed());
  const FaceModule module(argv[1]);
  GoesRound(module, random);
  RefusesAnythingElse(module, random);
  GoesOnWhilePlaying(module);
  return 0;
}
