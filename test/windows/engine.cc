// An engine process for the test of two processes: plays its pattern to every slot, keeps what slots capture,
// and ends when the file "stop" appears. argv[1]: a folder. On standard output: the slots that are live at
// the end.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "test/plugin/shim/fake-engine.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr int kTicksMax = 60000;  // nobody leaves it running
constexpr int kTicksPerReap = 100;

void SaveCapture(const std::string& path, const std::vector<std::vector<float>>& channels) {
  std::ofstream file(path, std::ios::binary);
  if (channels.empty()) return;
  const auto bytes = static_cast<std::streamsize>(channels[0].size() * sizeof(float));
  file.write(reinterpret_cast<const char*>(channels[0].data()), bytes);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const std::string folder = argv[1];
  FakeEngine engine(*SegmentObjectName(SegmentNameFromEnvironment()));
  std::ofstream(folder + "/ready") << "ready";
  for (int tick = 0; tick < kTicksMax && !std::filesystem::exists(folder + "/stop"); tick++) {
    engine.Serve();
    if (tick % kTicksPerReap == 0) ReapDeadSlots(engine.segment());
    usleep(2000);
  }
  SaveCapture(folder + "/capture", engine.view(0).capture);
  std::printf("%u\n", CountLiveSlots(engine.segment()));
  return 0;
}
