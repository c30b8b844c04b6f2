// Scanned and loaded over and over: nothing is left behind. argv[1]: the plugin
#include FACE_HEADER

#include <algorithm>
#include <cstdio>

#include "plugin/shim/parameters.h"
#include "test/plugin/support/module-file.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

// A scanner makes an instance, reads what it is, and throws it away: no thread, no engine, no file.
void Scan(const char* path) {
  const size_t threads = CountThreads();
  const size_t descriptors = CountDescriptors();
  const FaceModule module(path);
  CHECK(module.factory() != nullptr);
  const size_t loaded = CountDescriptors();
  Face face(module);
  CHECK(face.Plain(kParamMode) == 2 && face.Latency() == 0 && !face.Save(17).empty() && face.Arrange(1, 1));
  CHECK(CountThreads() == threads && CountDescriptors() == loaded && loaded <= descriptors + 1);
}

void Play(const char* path) {
  const FaceModule module(path);
  Face face(module);
  face.Set(kParamOffline, 1);  // with memory for a take
  CHECK(face.Activate(48000, 256));
  Planar buffers(2, 256);
  CHECK(face.Process(buffers, buffers, 256));
}

void LeavesNothing(const char* path, void (*visit)(const char*), int rounds) {
  for (int round = 0; round < 20; ++round) visit(path);
  CHECK(!IsMapped(path));
  const size_t threads = CountThreads();
  const size_t descriptors = CountDescriptors();
  const size_t mappings = CountMappings();
  const size_t residentKib = ResidentKib();
  for (int round = 0; round < rounds; ++round) visit(path);
  CHECK(!IsMapped(path));
  CHECK(CountThreads() == threads && CountDescriptors() == descriptors);
  if (kSanitized) return;  // its shadow grows with every load
  CHECK(CountMappings() <= mappings + 4);
  const size_t grownKib = ResidentKib() - std::min(residentKib, ResidentKib());
  std::printf("%d visits: %zu KiB grown\n", rounds, grownKib);
  CHECK(grownKib <= 1024 + static_cast<size_t>(rounds) * kRuntimeKibPerLoad);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const int rounds = kThreadSanitized ? 200 : 1000;  // ten times as slow there
  LeavesNothing(argv[1], Scan, rounds);
  LeavesNothing(argv[1], Play, rounds);
  return 0;
}
