#include "plugin/host/run-report.h"

#include <cmath>

#include "plugin/host/host-error.h"
#include "plugin/host/json-text.h"
#include "plugin/host/parameter-settings.h"

namespace jambridge::host {

namespace {

double Us(int64_t ns) { return static_cast<double>(ns) / 1000.0; }
double Us(uint64_t ns) { return static_cast<double>(ns) / 1000.0; }

uint64_t Load(const std::atomic<uint64_t>& counter) { return counter.load(std::memory_order_relaxed); }

JsonObject DurationsUs(const DurationHistogram& histogram) {
  JsonObject object;
  object.Add("p50", Us(histogram.QuantileNs(0.5))).Add("p99", Us(histogram.QuantileNs(0.99)));
  return object.Add("max", Us(histogram.maxNs()));
}

JsonObject PluginJson(const Options& options, const PluginIdentity& identity) {
  JsonObject object;
  object.Add("path", options.plugin).Add("format", identity.format).Add("id", identity.id);
  return object.Add("name", identity.name).Add("version", identity.version);
}

JsonObject ParametersJson(PluginInstance& plugin) {
  JsonObject object;
  for (const ParameterInfo& parameter : plugin.Parameters()) {
    object.Add(ParameterKey(plugin.identity(), parameter),
               ShownValue(plugin, parameter, plugin.Value(parameter.id)));
  }
  return object;
}

}  // namespace

std::string StatusText(PluginInstance& plugin) {
  for (const ParameterInfo& parameter : plugin.Parameters()) {
    if (parameter.readOnly && ParameterKey(plugin.identity(), parameter) == "status") {
      return ShownValue(plugin, parameter, plugin.Value(parameter.id));
    }
  }
  return "";
}

std::string ReportJson(const RunSummary& run) {
  const AudioThread& audio = *run.audio;
  const BlockSizes& blocks = run.plan->blocks;
  JsonObject json;
  json.Add("plugin", PluginJson(*run.options, run.plugin->identity()));
  json.Add("rate", run.plan->rate).Add("offline", run.plan->offline).Add("interrupted", run.interrupted);
  json.Add("frames", Load(audio.counters.frames)).Add("framesPlanned", run.plan->frames);
  json.Add("inputFrames", run.plan->inputFrames).Add("blocks", Load(audio.counters.blocks));
  json.Add("blockFrames", blocks.framesMax()).Add("blockFramesMax", run.options->blockFramesMax);
  if (blocks.random()) json.Add("blockSeed", blocks.seed());
  json.Add("midiIn", Load(audio.counters.midiIn)).Add("midiOut", Load(audio.counters.midiOut));
  json.Add("midiNotTaken", run.plugin->counters.midiNotTaken);
  json.Add("misplacedEvents", run.plugin->counters.misplacedEvents);
  json.Add("lateBlocks", Load(audio.counters.lateBlocks));
  json.Add("processUs", DurationsUs(audio.processNs));
  if (!run.plan->offline) json.Add("wakeLateUs", DurationsUs(audio.wakeLateNs));
  json.Add("startUs", Us(audio.startNs)).Add("firstUs", Us(audio.firstNs)).Add("lastUs", Us(audio.lastNs));
  json.Add("latencyFrames", run.latencyFrames).Add("restarts", run.restarts);
  json.Add("clippedSamples", run.writer != nullptr ? run.writer->clippedSamples() : uint64_t{0});
  json.Add("realtimePriority", audio.priorityRefusal.empty());
  json.Add("status", StatusText(*run.plugin));
  json.Add("parameters", ParametersJson(*run.plugin));
  return json.text();
}

std::string ProgressJson(RunCounters& counters, const RunPlan& plan, PluginInstance& plugin) {
  const uint64_t frames = Load(counters.frames);
  JsonObject json;
  json.Add("frames", frames).Add("framesPlanned", plan.frames);
  json.Add("seconds", std::round(static_cast<double>(frames) / plan.rate * 1000) / 1000);
  json.Add("midiIn", Load(counters.midiIn)).Add("midiOut", Load(counters.midiOut));
  json.Add("lateBlocks", Load(counters.lateBlocks));
  json.Add("peakIn", static_cast<double>(counters.peakIn.exchange(0, std::memory_order_relaxed)));
  json.Add("peakOut", static_cast<double>(counters.peakOut.exchange(0, std::memory_order_relaxed)));
  return json.Add("status", StatusText(plugin)).text();
}

void CheckRun(const RunSummary& run) {
  const RunCounters& counters = run.audio->counters;
  const std::string name = run.plugin->identity().name;
  if (run.audio->refused) Fail(name + " refuses to start processing");
  if (run.plugin->counters.processErrors > 0) {
    Fail(name + " returned an error from process() in " + std::to_string(run.plugin->counters.processErrors) +
         " of " + std::to_string(Load(counters.blocks)) + " blocks");
  }
  const uint64_t lost =
      Load(counters.inputLostFrames) + Load(counters.outputLostFrames) + Load(counters.midiOutLost);
  if (lost > 0) {
    Fail("the disk or the processor was too slow: " + std::to_string(Load(counters.inputLostFrames)) +
         " input frames, " + std::to_string(Load(counters.outputLostFrames)) + " output frames and " +
         std::to_string(Load(counters.midiOutLost)) + " MIDI messages were lost");
  }
}

}  // namespace jambridge::host
