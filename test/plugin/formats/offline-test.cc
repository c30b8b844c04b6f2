// A render as each format announces it: sending passes the track, receiving is silent or has its take again,
// each time the same. argv[1]: the plugin
#include FACE_HEADER

#include <algorithm>

#include "plugin/shim/parameters.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr int64_t kSongFrames = 40000;

struct Studio {
  explicit Studio(const FaceModule& module) : engine(name.object), face(module) { engine.BeatInBackground(); }

  /// Plays the song from its beginning; what was heard.
  std::vector<float> Play(uint32_t blockFrames, bool live, float dry = 0) {
    Planar in(2, blockFrames);
    Planar out(2, blockFrames);
    in.Fill(dry);
    std::vector<float> heard;
    for (int64_t song = 0; song < kSongFrames; song += blockFrames) {
      face.Roll(song);
      CHECK(face.Process(in, out, blockFrames));
      if (live) {
        engine.Serve();
        usleep(1000);
      }
      const auto count = std::min<int64_t>(blockFrames, kSongFrames - song);
      heard.insert(heard.end(), out[1].begin(), out[1].begin() + count);
    }
    return heard;
  }

  TestSegmentName name;
  FakeEngine engine;
  Face face;
};

void TakeIsHeardAgain(const FaceModule& module) {
  Studio studio(module);
  studio.face.Set(kParamMode, 1);
  studio.face.Set(kParamOffline, 1);
  CHECK(studio.face.Activate(48000, 512));
  studio.Play(512, true);  // until the engine plays
  const std::vector<float> live = studio.Play(500, true);
  CHECK(std::count(live.begin(), live.end(), 0.0F) == 0);
  CHECK(studio.face.Plain(kParamTake) > 0.8);
  studio.face.Deactivate();
  for (const uint32_t blockFrames : {4096U, 64U, 4096U}) {
    CHECK(studio.face.Activate(48000, blockFrames, true));
    CHECK(studio.Play(blockFrames, false) == live);
    studio.face.Deactivate();
  }
  studio.face.Set(kParamOffline, 0);
  CHECK(studio.face.Activate(48000, 512, true));
  CHECK(studio.Play(512, false) == std::vector<float>(kSongFrames));
  CHECK(CountLiveSlots(studio.engine.segment()) == 1);
}

void SendingPassesTheTrack(const FaceModule& module) {
  Studio studio(module);
  studio.face.Set(kParamMode, 0);
  CHECK(studio.face.Activate(48000, 512, true));
  studio.engine.Beat();
  const uint32_t published = studio.engine.header().publishCount.load();
  CHECK(studio.Play(512, false, 0.25F) == std::vector<float>(kSongFrames, 0.25F));
  CHECK(studio.engine.header().publishCount.load() == published);  // and nobody else hears of it
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const FaceModule module(argv[1]);
  TakeIsHeardAgain(module);
  SendingPassesTheTrack(module);
  return 0;
}
