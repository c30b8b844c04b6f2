#include "plugin/host/host-run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "plugin/host/file-streams.h"
#include "plugin/host/host-error.h"
#include "plugin/host/json-text.h"
#include "plugin/host/monotonic-clock.h"
#include "plugin/host/own-process.h"
#include "plugin/host/parameter-settings.h"
#include "plugin/host/run-report.h"
#include "plugin/host/stop-signal.h"
#include "plugin/host/thread-role.h"

namespace jambridge::host {

namespace {

constexpr uint32_t kRateDefault = 48000;
constexpr uint64_t kStateBytesMax = 64 * 1024 * 1024;
constexpr size_t kFifoFrames = 1 << 19;  // 11 s at 48 kHz: how long the main thread may stand still
constexpr size_t kMidiFifoBytes = 4 * 1024 * 1024;
constexpr int64_t kServeNs = 4000000;
constexpr int64_t kServeOfflineNs = 200000;
constexpr int64_t kProgressNs = 250000000;

/** What the run is fed with. */
struct Inputs {
  std::unique_ptr<WavReader> wav;
  MidiSong song;
  uint32_t rate;
  uint64_t frames;
};

Inputs ReadInputs(const Options& options) {
  Inputs inputs;
  inputs.rate = options.rate.value_or(kRateDefault);
  if (!options.in.empty()) {
    inputs.wav = std::make_unique<WavReader>(OpenFile(options.in), options.in);
    if (!options.rate) inputs.rate = inputs.wav->rate();
    if (inputs.wav->rate() != inputs.rate) {
      Fail(options.in + " has a sample rate of " + std::to_string(inputs.wav->rate()) +
           " Hz, but --rate is " + std::to_string(inputs.rate) +
           " Hz; convert the file, or leave --rate out to use the file's");
    }
  }
  if (!options.midiIn.empty()) {
    inputs.song = ReadMidiFile(ReadWholeFile(options.midiIn, kMidiFileBytesMax), options.midiIn, inputs.rate);
  }
  if (options.seconds) {
    inputs.frames = static_cast<uint64_t>(std::llround(*options.seconds * inputs.rate));
  } else {
    inputs.frames = inputs.wav ? inputs.wav->frames() : inputs.song.endFrame;
  }
  return inputs;
}

/** An output that is an input, or two that are one, would destroy what is to be kept. */
void CheckPaths(const Options& options) {
  const std::string inputs[] = {options.plugin, options.in, options.midiIn, options.state};
  const std::string outputs[] = {options.out, options.midiOut, options.saveState};
  for (size_t o = 0; o < 3; ++o) {
    if (outputs[o].empty()) continue;
    for (const std::string& input : inputs) {
      if (!input.empty() && SameFile(input, outputs[o])) WrongUse(outputs[o] + " is both input and output");
    }
    for (size_t other = 0; other < o; ++other) {
      if (outputs[o] == outputs[other]) WrongUse(outputs[o] + " is named for two outputs");
    }
  }
}

std::unique_ptr<PluginInstance> LoadFor(const Options& options) {
  if (!options.segment.empty()) SetEnvironment("JAMBRIDGE_SEGMENT", options.segment);
  threadRole = ThreadRole::kMain;
  auto plugin = LoadPlugin(options.plugin);
  if (!options.state.empty() && !plugin->LoadState(ReadWholeFile(options.state, kStateBytesMax))) {
    Fail(plugin->identity().name + " does not take the state in " + options.state);
  }
  if (options.channels && !plugin->SetChannels(*options.channels)) {
    Fail(plugin->identity().name + " refuses " + std::to_string(*options.channels) + " channels");
  }
  return plugin;
}

/** Settings for the start take effect now; the others go into the plan. */
std::vector<TimedParameter> ApplySettings(PluginInstance& plugin, const Options& options, uint32_t rate) {
  std::vector<TimedParameter> timed;
  for (const ParameterSetting& setting : options.settings) {
    const ResolvedParameter resolved = ResolveSetting(plugin, setting.key, setting.text);
    if (setting.seconds > 0) {
      timed.push_back(
          {static_cast<uint64_t>(std::llround(setting.seconds * rate)), resolved.id, resolved.value});
    } else {
      plugin.SetParameter(resolved.id, resolved.value);
    }
  }
  std::stable_sort(timed.begin(), timed.end(),
                   [](const TimedParameter& a, const TimedParameter& b) { return a.frame < b.frame; });
  return timed;
}

RunPlan MakePlan(const Options& options, const Inputs& inputs, PluginInstance& plugin) {
  RunPlan plan;
  plan.rate = inputs.rate;
  plan.frames = inputs.frames;
  plan.inputFrames = inputs.wav ? std::min(inputs.frames, inputs.wav->frames()) : 0;
  plan.offline = options.offline;
  plan.inPlace = options.inPlace;
  plan.startNs = options.startAtUs.value_or(0) * 1000;
  plan.blocks = options.blocks;
  plan.parameters = ApplySettings(plugin, options, inputs.rate);
  if (options.inPlace && !plugin.inPlaceAllowed())
    WrongUse(plugin.identity().name + " can't process in place");
  if (!options.out.empty() && plugin.outputChannels() == 0)
    WrongUse(plugin.identity().name + " has no audio output");
  if (plan.startNs != 0 && plan.startNs < MonotonicNs()) {
    std::fprintf(stderr, "jambridge-host: --start-at-us lies in the past; the first blocks will be late\n");
  }
  return plan;
}

class HostRun {
 public:
  HostRun(const Options& options, Inputs inputs, PluginInstance& plugin)
      : options_(options),
        inputs_(std::move(inputs)),
        plugin_(plugin),
        plan_(MakePlan(options, inputs_, plugin)),
        writer_(options.out.empty()
                    ? nullptr
                    : std::make_unique<WavWriter>(options.out, plan_.rate, plugin.outputChannels(),
                                                  options.outFormat)),
        inputFifo_(plugin.inputChannels(), kFifoFrames),
        outputFifo_(plugin.outputChannels(), kFifoFrames),
        midiFifo_(kMidiFifoBytes),
        feeder_(inputs_.wav.get(), plan_.inputFrames, inputFifo_),
        drain_(writer_.get(), outputFifo_),
        midiDrain_(options.midiOut, midiFifo_),
        audio_(plugin, plan_, inputs_.song, inputFifo_, outputFifo_, midiFifo_) {}

  /** The plugin is inactive on entry and on return. */
  std::string Run() {
    Activate();
    feeder_.Serve();
    audio_.Start();
    while (!audio_.ended()) {
      if (StopSignalled()) audio_.RequestStop();
      const bool moved = ServeOnce();
      if (!moved) SleepUntilNs(MonotonicNs() + (plan_.offline ? kServeOfflineNs : kServeNs));
    }
    ServeOnce();
    const uint64_t frames = audio_.counters.frames.load(std::memory_order_relaxed);
    if (writer_) writer_->Finish();
    midiDrain_.Finish(frames, plan_.rate);
    const bool interrupted = StopSignalled() && frames < plan_.frames;
    const RunSummary summary{&options_,     &plan_,         &audio_,       &plugin_,
                             writer_.get(), latencyFrames_, restartCount_, interrupted};
    const std::string report = ReportJson(summary);
    plugin_.Deactivate();
    CheckRun(summary);
    return report;
  }

 private:
  bool ServeOnce() {
    bool moved = feeder_.Serve();
    moved = drain_.Serve() || moved;
    moved = midiDrain_.Serve() || moved;
    if (plugin_.ServeMainThread() && !audio_.ended()) Restart();
    if (options_.progress && MonotonicNs() >= nextProgressNs_) {
      std::fprintf(stderr, "%s\n", ProgressJson(audio_.counters, plan_, plugin_).c_str());
      nextProgressNs_ = MonotonicNs() + kProgressNs;
    }
    return moved;
  }

  /** As a DAW: the latency is read after each activation, to line the tracks up. */
  void Activate() {
    plugin_.Activate({plan_.rate, options_.blockFramesMax, plan_.offline});
    latencyFrames_ = plugin_.LatencyFrames();
  }

  void Restart() {
    audio_.Pause();
    if (!audio_.ended()) {
      plugin_.Deactivate();
      Activate();
      ++restartCount_;
    }
    audio_.Resume();
  }

  const Options& options_;
  const Inputs inputs_;
  PluginInstance& plugin_;
  const RunPlan plan_;
  const std::unique_ptr<WavWriter> writer_;
  AudioFifo inputFifo_;
  AudioFifo outputFifo_;
  MidiFifo midiFifo_;
  AudioFeeder feeder_;
  AudioDrain drain_;
  MidiDrain midiDrain_;
  AudioThread audio_;  // last: ends before what it uses
  int64_t nextProgressNs_ = 0;
  uint32_t restartCount_ = 0;
  uint32_t latencyFrames_ = 0;
};

}  // namespace

std::string RunHost(const Options& options) {
  CheckPaths(options);
  Inputs inputs = ReadInputs(options);
  const auto plugin = LoadFor(options);
  CatchStopSignals();  // from here on there are files to complete
  HostRun run(options, std::move(inputs), *plugin);
  const std::string report = run.Run();
  if (!options.saveState.empty()) {
    const std::vector<uint8_t> state = plugin->SaveState();
    OutputFile file(options.saveState);
    file.WriteAt(0, state.data(), state.size());
    file.Close();
  }
  return report;
}

std::string ListParameters(const Options& options) {
  const auto plugin = LoadFor(options);
  ApplySettings(*plugin, options, kRateDefault);
  JsonObject all;
  std::string text;
  for (const ParameterInfo& parameter : plugin->Parameters()) {
    const std::string key = ParameterKey(plugin->identity(), parameter);
    const std::string value = ShownValue(*plugin, parameter, plugin->Value(parameter.id));
    const std::string values = DescribeValues(*plugin, parameter);
    JsonObject object;
    object.Add("id", parameter.id).Add("name", parameter.name).Add("value", value).Add("values", values);
    object.Add("default", ShownValue(*plugin, parameter, parameter.defaultValue));
    all.Add(key, object.Add("readOnly", parameter.readOnly));
    char line[512];
    std::snprintf(line, sizeof line, "%-16s %-20s %-14s %s%s\n", key.c_str(), parameter.name.c_str(),
                  value.c_str(), values.c_str(), parameter.readOnly ? " (read only)" : "");
    text += line;
  }
  if (!options.json) return text;
  return JsonObject().Add("parameters", all).text() + "\n";
}

}  // namespace jambridge::host
