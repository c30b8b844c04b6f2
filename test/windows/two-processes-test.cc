// Windows: an engine process and a host process with the real plugin meet in one segment: sound crosses both
// ways, to the sample; either may be killed. argv: the engine, jambridge-host, the plugin.
#include <algorithm>
#include <cstring>
#include <functional>
#include <thread>

#include "plugin/host/wav-reader.h"
#include "plugin/host/wav-writer.h"
#include "test/plugin/host/run-host.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/support/random.h"

using namespace jambridge::host;
using namespace jambridge::test;
using Arguments = std::vector<std::string>;

namespace {

constexpr uint32_t kRate = 48000;

class EngineProcess {
 public:
  explicit EngineProcess(const std::string& program)
      : runner_(program, folder_), pid_(runner_.Start({folder_.File("")})) {
    CHECK(Eventually([this] { return std::filesystem::exists(folder_.File("ready")); }));
  }

  /** How many slots were live at the end. */
  std::string Stop() {
    WriteAll(folder_.File("stop"), {1});
    const HostResult result = runner_.Finish(pid_);
    if (result.exitCode != 0) std::fprintf(stderr, "%s\n", result.err.c_str());
    CHECK(result.exitCode == 0);
    return result.out.substr(0, result.out.find_first_of("\r\n"));
  }
  void Kill() const {
    CHECK(TerminateProcess(SpawnedProcess(pid_), 9) != 0);
    CHECK(runner_.Finish(pid_).exitCode == 9);
  }
  std::vector<float> Capture() const {
    const std::vector<uint8_t> bytes = ReadAll(folder_.File("capture"));
    std::vector<float> samples(bytes.size() / sizeof(float));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
    return samples;
  }

 private:
  static bool Eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000 && !condition(); i++) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return condition();
  }

  TemporaryFolder folder_;
  HostRunner runner_;
  pid_t pid_;
};

struct Stage {
  std::string engine;
  std::string host;
  std::string plugin;
  const TemporaryFolder& folder;

  HostRunner Host() const { return HostRunner(host, folder); }
  Arguments Playing(const char* seconds) const {
    return {"--plugin",  plugin,
            "--in",      folder.File("in.wav"),
            "--out",     folder.File("out.wav"),
            "--seconds", seconds,
            "--block",   "256",
            "--set",     "mode=send+receive",
            "--set",     "dry=0",
            "--json",    "--progress"};
  }
};

std::vector<float> WriteInput(const std::string& path, uint32_t frames) {
  Random random(3);
  std::vector<float> samples(2 * static_cast<size_t>(frames));
  for (float& sample : samples) sample = random.Sample();
  WavWriter writer(path, kRate, 2, SampleFormat::kFloat32);
  writer.Append(samples.data(), frames);
  writer.Finish();
  return samples;
}

std::vector<float> ReadOutput(const std::string& path) {
  WavReader reader(OpenFile(path), path);
  std::vector<float> samples(reader.frames() * 2);
  CHECK(reader.channels() == 2 && reader.Read(samples.data(), reader.frames()) == reader.frames());
  return samples;
}

/** Which frame of the engine's pattern lies at `at`; it may begin anywhere within the first seconds. */
uint64_t FindPattern(const std::vector<float>& out, size_t at) {
  for (uint64_t frame = 0; frame < 10 * kRate; frame++) {
    bool same = true;
    for (size_t i = 0; i < 64 && same; i++) same = out[2 * (at + i)] == PlayoutSample(0, 0, frame + i);
    if (same) return frame;
  }
  CHECK(!"the engine's pattern is in the output");
  return 0;
}

/** Frames that are the engine's, exactly; all others are silent. From `from` on, after all fades. */
std::vector<bool> ExactFrames(const std::vector<float>& out, size_t from) {
  const size_t frames = out.size() / 2;
  const uint64_t first = FindPattern(out, from);
  std::vector<bool> exact(frames);
  for (size_t i = from; i < frames; i++) {
    const uint64_t frame = first + (i - from);
    exact[i] = out[2 * i] == PlayoutSample(0, 0, frame) && out[2 * i + 1] == PlayoutSample(0, 1, frame);
  }
  return exact;
}

double Share(const std::vector<bool>& exact, size_t from) {
  const auto count = std::count(exact.begin() + static_cast<std::ptrdiff_t>(from), exact.end(), true);
  return static_cast<double>(count) / static_cast<double>(exact.size() - from);
}

void SoundCrossesBothWays(const Stage& stage) {
  EngineProcess engine(stage.engine);
  const std::vector<float> sent = WriteInput(stage.folder.File("in.wav"), 2 * kRate);
  const HostResult result = stage.Host().Done(stage.Playing("2"));
  CHECK_EQ(JsonValue(result.out, "frames"), std::to_string(2 * kRate));
  CHECK_EQ(engine.Stop(), "0");  // the host gave its slot back

  const std::vector<bool> exact = ExactFrames(ReadOutput(stage.folder.File("out.wav")), kRate / 2);
  std::printf("played back: %.2f %% of the frames after half a second are exact\n",
              100 * Share(exact, kRate / 2));
  CHECK(Share(exact, kRate / 2) > 0.99);

  const std::vector<float> captured = engine.Capture();
  CHECK(captured.size() > kRate);
  size_t at = 0;
  while (at < kRate && (sent[2 * at] != captured[0] || sent[2 * at + 2] != captured[1])) at++;
  size_t same = 0;
  for (size_t i = 0; i < captured.size() && at + i < 2 * kRate; i++)
    same += captured[i] == sent[2 * (at + i)] ? 1 : 0;
  std::printf("captured: %zu frames from frame %zu on, %zu of them exact\n", captured.size(), at, same);
  CHECK(same == captured.size() && same > 19 * kRate / 10);
}

void AnotherEngineTakesOver(const Stage& stage) {
  EngineProcess first(stage.engine);
  WriteInput(stage.folder.File("in.wav"), kRate);
  const HostRunner host = stage.Host();
  const pid_t pid = host.Start(stage.Playing("5"));
  while (host.StillSilent()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  first.Kill();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EngineProcess second(stage.engine);
  CHECK(host.Finish(pid).exitCode == 0);
  CHECK_EQ(second.Stop(), "0");
  const std::vector<float> out = ReadOutput(stage.folder.File("out.wav"));
  const std::vector<bool> exact = ExactFrames(out, kRate / 2);
  CHECK(Share(exact, 4 * kRate + kRate / 2) > 0.99);  // the second engine's, where the first one's would lie
  size_t silent = 0;
  for (size_t i = kRate; i < 4 * kRate; i++) silent += out[2 * i] == 0 && out[2 * i + 1] == 0 ? 1 : 0;
  std::printf("silent between both engines: %.2f s\n", static_cast<double>(silent) / kRate);
  CHECK(silent > kRate / 10);
}

void KilledHostIsReaped(const Stage& stage) {
  EngineProcess engine(stage.engine);
  const HostRunner host = stage.Host();
  const pid_t pid = host.Start(stage.Playing("60"));
  while (host.StillSilent()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(TerminateProcess(SpawnedProcess(pid), 9) != 0);
  CHECK(host.Finish(pid).exitCode == 9);
  std::this_thread::sleep_for(std::chrono::seconds(3));  // a heart that beat 2 s ago is not looked at closer
  CHECK_EQ(engine.Stop(), "0");
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 4);
  const TestSegmentName name;
  const TemporaryFolder folder;
  const Stage stage = {argv[1], argv[2], argv[3], folder};
  SoundCrossesBothWays(stage);
  AnotherEngineTakesOver(stage);
  KilledHostIsReaped(stage);
  return 0;
}
