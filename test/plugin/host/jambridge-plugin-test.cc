// The host with the real plugin in both formats and no engine: the same command line means the same,
// audio passes bit-exactly, MIDI arrives at its frames.
// argv: jambridge-host, JamBridge.clap, JamBridge.vst3.
#include <fcntl.h>

#include <cstring>

#include "plugin/host/midi-file.h"
#include "plugin/host/wav-reader.h"
#include "plugin/host/wav-writer.h"
#include "test/plugin/host/midi-bytes.h"
#include "test/plugin/host/run-host.h"
#include "test/plugin/support/random.h"

using namespace jambridge::host;
using namespace jambridge::test;
using Arguments = std::vector<std::string>;

namespace {

constexpr uint32_t kFrames = 20000;

struct Stage {
  const TemporaryFolder& folder;
  HostRunner host;

  /** `segment` keeps the test away from an engine that this user may be running. */
  HostResult Run(const std::string& plugin, const Arguments& more, int exitCode = 0,
                 const char* saying = "") const {
    Arguments all = {"--plugin", plugin, "--segment", "host-test", "--json"};
    all.insert(all.end(), more.begin(), more.end());
    return host.Expect(exitCode, saying, all);
  }
};

/** From "parameters": on, which is the last member. */
std::string Parameters(const HostResult& result) {
  return result.out.substr(result.out.find("\"parameters\":"));
}

void MeansTheSameInBothFormats(const Stage& stage, const std::string& clap, const std::string& vst3) {
  const std::vector<Arguments> settings = {
      {},
      {"--set", "mode=receive", "--set", "channel=64", "--set", "latency=20", "--set", "report-latency=on"},
      {"--set", "dry=0", "--set", "wet=0.5", "--set", "midi=off", "--set", "redundancy=none"},
      {"--set", "dry=-6 dB", "--set", "wet=2", "--set", "bypass=on", "--set", "Receive latency=33.5 ms"}};
  for (Arguments arguments : settings) {
    arguments.insert(arguments.end(), {"--seconds", "0.02"});
    const HostResult one = stage.Run(clap, arguments);
    const HostResult other = stage.Run(vst3, arguments);
    CHECK(Parameters(one) == Parameters(other));
    CHECK(JsonValue(one.out, "latencyFrames") == JsonValue(other.out, "latencyFrames"));
    CHECK(JsonValue(one.out, "status") == "\"no engine\"");
  }
  for (const std::string& plugin : {clap, vst3}) {
    for (const char* bad :
         {"mode=sned", "channel=65", "channel=1.5", "latency=501", "dry=3", "dry=-6", "midi=2"}) {
      stage.Run(plugin, {"--seconds", "1", "--set", bad}, 2, "valid: ");
    }
    stage.Run(plugin, {"--seconds", "1", "--set", "status=connected"}, 2, "can only be read");
    stage.Run(plugin, {"--seconds", "1", "--set", "chanel=1"}, 2, "there are: mode, channel, latency, dry");
  }
}

void PassesEverything(const Stage& stage, const std::string& plugin, bool vst3) {
  Random random(9);
  std::vector<float> sent(2 * kFrames);
  for (float& sample : sent) sample = random.Sample();
  WavWriter writer(stage.folder.File("in.wav"), 48000, 2, SampleFormat::kFloat32);
  writer.Append(sent.data(), kFrames);
  writer.Finish();
  MidiSequence sequence;
  std::vector<Bytes> kinds = {{0x91, 60, 1}, {0x81, 60, 0}, {0xA1, 1, 2},   {0xB1, 7, 99},
                              {0xC1, 5},     {0xD1, 6},     {0xE1, 12, 34}, {0xF0, 1, 2, 3, 0xF7}};
  // VST3 has no way in for these.
  if (!vst3) kinds.insert(kinds.end(), {{0xF1, 0x35}, {0xF2, 1, 2}, {0xF8}, {0xFA}});
  for (uint32_t frame = 0; frame < kFrames; frame += 37)
    sequence.Add(frame, kinds[frame / 37 % kinds.size()]);
  WriteAll(stage.folder.File("in.mid"), WriteMidiFile(sequence, kFrames, 48000));
  const HostResult result =
      stage.Run(plugin, {"--in", stage.folder.File("in.wav"), "--out", stage.folder.File("out.wav"),
                         "--midi-in", stage.folder.File("in.mid"), "--midi-out", stage.folder.File("out.mid"),
                         "--set", "mode=send", "--block", "random:4:777", "--offline"});
  CHECK(JsonValue(result.out, "midiNotTaken") == "0" && JsonValue(result.out, "misplacedEvents") == "0");
  const std::string out = stage.folder.File("out.wav");
  WavReader reader(OpenFile(out), out);
  std::vector<float> got(sent.size());
  CHECK(reader.Read(got.data(), kFrames + 1) == kFrames);
  CHECK(std::memcmp(got.data(), sent.data(), sent.size() * sizeof(float)) == 0);
  const auto describe = [&](const char* name) {
    return Describe(ReadMidiFile(ReadAll(stage.folder.File(name)), name, 48000));
  };
  if (describe("out.mid") != describe("in.mid"))
    std::fprintf(stderr, "%s\n", describe("out.mid").substr(0, 400).c_str());
  CHECK(describe("out.mid") == describe("in.mid"));
}

/** 12 ms and two largest blocks; the plugin asks for a restart, on which the host reads it anew. */
void FollowsItsLatency(const Stage& stage, const std::string& plugin) {
  const HostResult result = stage.Run(plugin, {"--seconds", "1", "--block", "128", "--set", "latency=12",
                                               "--set-at", "0.1:report-latency=on"});
  CHECK(JsonValue(result.out, "latencyFrames") == std::to_string(576 + 2 * 128));
  CHECK(JsonValue(result.out, "restarts") == "1");
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 4);
  const TemporaryFolder folder;
  const Stage stage{folder, HostRunner(argv[1], folder)};
  MeansTheSameInBothFormats(stage, argv[2], argv[3]);
  PassesEverything(stage, argv[2], false);
  PassesEverything(stage, argv[3], true);
  FollowsItsLatency(stage, argv[2]);
  FollowsItsLatency(stage, argv[3]);
  return 0;
}
