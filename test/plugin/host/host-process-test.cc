// The whole program with a pass-through plugin that watches the host's manners.
// argv: jambridge-host, the plugin, "CLAP" or "VST3".
#include <fcntl.h>

#include <bit>
#include <cmath>
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

constexpr uint32_t kFrames = 24000;

struct Fixture {
  const TemporaryFolder& folder;
  HostRunner host;
  std::string plugin;
  bool vst3;

  Arguments With(const Arguments& more) const {
    Arguments all = {"--plugin", plugin};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::string File(const char* name) const { return folder.File(name); }
};

/** Noise with the values that careless arithmetic loses. */
std::vector<float> WriteNoise(const std::string& path, uint32_t rate, uint32_t channels, uint32_t frames) {
  Random random(rate + channels);
  std::vector<float> samples(frames * channels);
  for (float& sample : samples) sample = random.Sample();
  samples[2] = -0.0f;
  samples[5] = std::bit_cast<float>(0x7FC12345U);
  samples[9] = std::bit_cast<float>(0xFF812345U);
  samples[12] = 1e-42f;
  WavWriter writer(path, rate, channels, SampleFormat::kFloat32);
  writer.Append(samples.data(), frames);
  writer.Finish();
  return samples;
}

std::vector<float> ReadWav(const std::string& path) {
  WavReader reader(OpenFile(path), path);
  std::vector<float> samples(reader.frames() * reader.channels());
  reader.Read(samples.data(), reader.frames());
  return samples;
}

bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/** Messages of every kind at random frames, one kind a frame: VST3 keeps no order between its lists. */
MidiSequence WriteEvents(const std::string& path, uint64_t frames) {
  Random random(77);
  MidiSequence sequence;
  for (uint64_t frame = random.Below(50); frame < frames; frame += 1 + random.Below(100)) {
    const auto a = static_cast<uint8_t>(random.Below(128));
    const auto b = static_cast<uint8_t>(1 + random.Below(127));
    const auto channel = static_cast<uint8_t>(random.Below(16));
    const auto status = [channel](int kind) { return static_cast<uint8_t>(kind | channel); };
    const std::vector<Bytes> kinds = {
        {status(0x90), a, b}, {status(0x80), a, b}, {status(0xA0), a, b}, {status(0xB0), a, b},
        {status(0xC0), a},    {status(0xD0), a},    {status(0xE0), a, b}, {0xF1, a},
        {0xF0, a, b, a, 0xF7}};
    sequence.Add(frame, kinds[random.Below(static_cast<uint32_t>(kinds.size()))]);
  }
  Bytes sysex(20000, 0x11);
  sysex.front() = 0xF0;
  sysex.back() = 0xF7;
  sequence.Add(frames - 1, sysex);
  WriteAll(path, WriteMidiFile(sequence, frames, 48000));
  return sequence;
}

std::string DescribeFile(const std::string& path, uint32_t rate) {
  return Describe(ReadMidiFile(ReadAll(path), path, rate));
}

void PassesEveryBitAndEvent(const Fixture& f) {
  const std::vector<float> sent = WriteNoise(f.File("in.wav"), 48000, 2, kFrames);
  WriteEvents(f.File("in.mid"), kFrames);
  const std::string events = DescribeFile(f.File("in.mid"), 48000);
  const Arguments files = {"--in",      f.File("in.wav"), "--out",      f.File("out.wav"),
                           "--midi-in", f.File("in.mid"), "--midi-out", f.File("out.mid"),
                           "--json"};
  const std::vector<Arguments> ways = {{"--offline"},
                                       {"--offline", "--block", "1"},
                                       {"--offline", "--block", "8192"},
                                       {"--offline", "--block", "random:5"},
                                       {"--offline", "--block", "random:6:33", "--max-block", "512"},
                                       {"--block", "random:8:1024"},
                                       {"--block", "64"}};
  for (const Arguments& way : ways) {
    Arguments all = f.With(files);
    all.insert(all.end(), way.begin(), way.end());
    const HostResult result = f.host.Done(all);
    CHECK(SameBits(ReadWav(f.File("out.wav")), sent));
    CHECK(DescribeFile(f.File("out.mid"), 48000) == events);
    CHECK(JsonValue(result.out, "frames") == std::to_string(kFrames));
    CHECK(JsonValue(result.out, "midiIn") == JsonValue(result.out, "midiOut"));
    CHECK(JsonValue(result.out, "midiNotTaken") == "0");
    // The VST3 fixture gives controllers after notes, so that the host has to put them in order.
    CHECK((JsonValue(result.out, "misplacedEvents") == "0") != (f.vst3 && way != ways[1]));
    CHECK(result.out.front() == '{' && result.out.find('\n') == result.out.size() - 1);
    CHECK(JsonValue(result.out, "status") == "\"ran\"" && JsonValue(result.out, "latencyFrames") == "64");
  }
}

void KeepsItsManners(const Fixture& f) {
  setenv("FIXTURE_MAX_BLOCK", "512", 1);
  f.host.Done(f.With({"--seconds", "0.2", "--block", "random:3:512", "--offline"}));
  f.host.Done(f.With({"--seconds", "0.2", "--block", "64", "--max-block", "512"}));
  unsetenv("FIXTURE_MAX_BLOCK");
  setenv("FIXTURE_IN_PLACE", "1", 1);
  const std::vector<float> sent = WriteNoise(f.File("in.wav"), 48000, 2, kFrames);
  f.host.Done(f.With({"--in-place", "--in", f.File("in.wav"), "--out", f.File("out.wav"), "--offline"}));
  CHECK(SameBits(ReadWav(f.File("out.wav")), sent));
  unsetenv("FIXTURE_IN_PLACE");
}

void RunsInRealTime(const Fixture& f) {
  const auto begin = std::chrono::steady_clock::now();
  const HostResult result =
      f.host.Done(f.With({"--seconds", "0.5", "--block", "480", "--json", "--progress"}));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(took.count() >= 0.5);  // an upper bound would depend on the machine
  const double start = std::stod(JsonValue(result.out, "startUs"));
  CHECK(std::stod(JsonValue(result.out, "firstUs")) >= start + 10000);
  CHECK(std::stod(JsonValue(result.out, "lastUs")) >= start + 500000);
  CHECK(result.err.find("{\"frames\":") != std::string::npos);
  CHECK(JsonValue(result.out, "blocks") == "50");
}

void StartsWhenTold(const Fixture& f) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t start = now.tv_sec * int64_t{1000000} + now.tv_nsec / 1000 + 700000;
  const HostResult result =
      f.host.Done(f.With({"--seconds", "0.05", "--start-at-us", std::to_string(start), "--json"}));
  CHECK(std::stoll(JsonValue(result.out, "startUs")) == start);
  CHECK(std::stoll(JsonValue(result.out, "firstUs")) >= start);
}

void FeedsMonoToBothAndSilenceAfterwards(const Fixture& f) {
  const std::vector<float> sent = WriteNoise(f.File("mono.wav"), 44100, 1, 1000);
  const Arguments run = {"--in",      f.File("mono.wav"), "--out", f.File("out.wav"),
                         "--offline", "--seconds",        "0.1"};
  f.host.Done(f.With(run));
  WavReader reader(OpenFile(f.File("out.wav")), "out.wav");
  CHECK(reader.rate() == 44100 && reader.channels() == 2 && reader.frames() == 4410);
  const std::vector<float> got = ReadWav(f.File("out.wav"));
  for (size_t i = 0; i < 4410; ++i) {
    const uint32_t wanted = i < 1000 ? std::bit_cast<uint32_t>(sent[i]) : 0;
    CHECK(std::bit_cast<uint32_t>(got[2 * i]) == wanted && std::bit_cast<uint32_t>(got[2 * i + 1]) == wanted);
  }
  // Shorter than the input, too.
  f.host.Done(
      f.With({"--in", f.File("mono.wav"), "--out", f.File("out.wav"), "--offline", "--seconds", "0.01"}));
  CHECK(ReadWav(f.File("out.wav")).size() == 882);
}

void SetsParameters(const Fixture& f) {
  const std::vector<float> sent = WriteNoise(f.File("in.wav"), 48000, 2, kFrames);
  const Arguments files = {"--in",      f.File("in.wav"), "--out",   f.File("out.wav"),
                           "--offline", "--json",         "--block", "100"};
  const auto run = [&](const Arguments& more) {
    Arguments all = f.With(files);
    all.insert(all.end(), more.begin(), more.end());
    const HostResult result = f.host.Done(all);
    return std::pair(ReadWav(f.File("out.wav")), result.out);
  };
  const auto [inverted, report] = run({"--set", "mode=invert", "--set", "Output Level=0.5"});
  CHECK(inverted[0] == sent[0] * -0.5f && inverted[40001] == sent[40001] * -0.5f);
  CHECK(JsonValue(report, "mode") == "\"invert\"" && JsonValue(report, "output-level") == "\"0.500\"");
  CHECK(run({"--set", "0=mute"}).first[0] == 0.0f);
  // In the middle: block 120 begins at frame 12000.
  const std::vector<float> late = run({"--set-at", "0.25:mode=mute"}).first;
  CHECK(late[2 * 11999] == sent[2 * 11999] && late[2 * 12000] == 0.0f);

  f.host.Expect(2, "has no parameter 'moed'; there are: mode, output-level",
                f.With({"--seconds", "1", "--set", "moed=1"}));
  f.host.Expect(2, "'loud' is no value of parameter 'mode'; valid: through, mute, invert",
                f.With({"--seconds", "1", "--set", "mode=loud"}));
  f.host.Expect(2, "valid: 0 .. 100000", f.With({"--seconds", "1", "--set", "restart-at=100001"}));
  f.host.Expect(2, "can only be read", f.With({"--seconds", "1", "--set", "status=ran"}));
}

void ListsParameters(const Fixture& f) {
  const HostResult text = f.host.Done(f.With({"--list-parameters", "--set", "mode=mute"}));
  CHECK(text.out.find("mode ") == 0 && text.out.find("through, mute, invert") != std::string::npos);
  CHECK(text.out.find("(read only)") != std::string::npos && text.out.find("fixture:") == std::string::npos);
  const HostResult json = f.host.Done(f.With({"--list-parameters", "--json"}));
  CHECK(json.out.find("{\"parameters\":{\"mode\":{\"id\":0,\"name\":\"Mode\",\"value\":\"through\"") == 0);
}

void KeepsState(const Fixture& f) {
  f.host.Done(f.With({"--seconds", "0.01", "--set", "mode=invert", "--set", "output-level=0.25",
                      "--save-state", f.File("state")}));
  const auto state = ReadAll(f.File("state"));
  CHECK(std::string(state.begin(), state.end()) == "pass-through invert 0.250\n");
  const HostResult result = f.host.Done(
      f.With({"--seconds", "0.01", "--state", f.File("state"), "--set", "output-level=2", "--json"}));
  CHECK(JsonValue(result.out, "mode") == "\"invert\"" &&
        JsonValue(result.out, "output-level") == "\"2.000\"");
  WriteAll(f.File("garbage"), {'x'});
  f.host.Expect(1, "does not take the state", f.With({"--seconds", "0.01", "--state", f.File("garbage")}));
}

void RestartsWhenAsked(const Fixture& f) {
  const std::vector<float> sent = WriteNoise(f.File("in.wav"), 48000, 2, kFrames);
  const HostResult result = f.host.Done(f.With({"--in", f.File("in.wav"), "--out", f.File("out.wav"), "--set",
                                                "restart-at=20", "--json", "--block", "128"}));
  CHECK(JsonValue(result.out, "restarts") == "1" && JsonValue(result.out, "latencyFrames") == "128");
  CHECK(SameBits(ReadWav(f.File("out.wav")), sent));
}

#ifndef _WIN32  // what a console sends there needs a console
void EndsCleanlyWhenSignalled(const Fixture& f) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t pid = f.host.Start(f.With({"--seconds", "60", "--out", f.File("out.wav"), "--midi-out",
                                           f.File("out.mid"), "--json", "--progress"}));
    while (f.host.StillSilent()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    kill(pid, signal);
    kill(pid, signal);  // a terminal and npx may both pass it on
    const HostResult result = f.host.Finish(pid);
    CHECK(result.exitCode == 0 && JsonValue(result.out, "interrupted") == "true");
    WavReader reader(OpenFile(f.File("out.wav")), "out.wav");
    CHECK(std::to_string(reader.frames()) == JsonValue(result.out, "frames") && reader.frames() < 60 * 48000);
    CHECK(ReadMidiFile(ReadAll(f.File("out.mid")), "out.mid", 48000).endFrame == reader.frames());
  }
}
#endif

void FailsClearly(const Fixture& f) {
  WriteNoise(f.File("in.wav"), 44100, 2, 1000);
  const std::string in = f.File("in.wav");
  f.host.Expect(1, "has a sample rate of 44100 Hz, but --rate is 48000 Hz",
                f.With({"--in", in, "--rate", "48000"}));
  f.host.Expect(1, "no plugin at /nowhere.clap", {"--plugin", "/nowhere.clap", "--seconds", "1"});
  f.host.Expect(1, "can't load", {"--plugin", in, "--seconds", "1"});
  f.host.Expect(1, "is missing", {"--plugin", f.File("."), "--seconds", "1"});
  f.host.Expect(1, "can't open", f.With({"--in", f.File("none.wav")}));
  f.host.Expect(1, "not a regular file", f.With({"--in", f.File(".")}));
  f.host.Expect(1, "can't write", f.With({"--in", in, "--out", "/nowhere/out.wav"}));
  f.host.Expect(2, "both input and output", f.With({"--in", in, "--out", in}));
  f.host.Expect(2, "two outputs", f.With({"--in", in, "--out", f.File("x"), "--midi-out", f.File("x")}));
  f.host.Expect(1, "not a MIDI file", f.With({"--midi-in", in}));
  f.host.Expect(1, "refuses 384000 Hz", f.With({"--seconds", "0.1", "--rate", "384000"}));
  f.host.Expect(1, "returned an error from process() in 1 of",
                f.With({"--seconds", "0.1", "--set", "fail-at=3"}));
  const HostResult json = f.host.Expect(2, "--plugin PATH is missing", {"--json"});
  CHECK(json.out.find("{\"error\":\"--plugin PATH is missing") == 0);
  CHECK(f.host.Done({"--help"}).out.find("Usage:") == 0 &&
        f.host.Done({"--version"}).out.find("jambridge-host ") == 0);
  CHECK(ReadWav(in).size() == 2000);  // none of this hurt the input
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 4);
  const TemporaryFolder folder;
  const Fixture fixture{folder, HostRunner(argv[1], folder), argv[2], std::string(argv[3]) == "VST3"};
  PassesEveryBitAndEvent(fixture);
  KeepsItsManners(fixture);
  RunsInRealTime(fixture);
  StartsWhenTold(fixture);
  FeedsMonoToBothAndSilenceAfterwards(fixture);
  SetsParameters(fixture);
  ListsParameters(fixture);
  KeepsState(fixture);
  RestartsWhenAsked(fixture);
#ifndef _WIN32
  EndsCleanlyWhenSignalled(fixture);
#endif
  FailsClearly(fixture);
  return 0;
}
