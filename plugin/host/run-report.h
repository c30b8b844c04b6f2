// What a run tells: the JSON report at its end, the JSON lines of --progress.
#pragma once

#include <string>

#include "plugin/host/audio-thread.h"
#include "plugin/host/options.h"
#include "plugin/host/plugin-instance.h"
#include "plugin/host/wav-writer.h"

namespace jambridge::host {

/** What is known of a run when it has ended. */
struct RunSummary {
  const Options* options;
  const RunPlan* plan;
  const AudioThread* audio;
  PluginInstance* plugin;
  const WavWriter* writer;  // null: no output file
  uint32_t latencyFrames;
  uint32_t restarts;
  bool interrupted;
};

/** Times in the report are microseconds of CLOCK_MONOTONIC; durations, too. [main-thread] */
std::string ReportJson(const RunSummary& run);

/** One line; takes the peaks since the last call. [main-thread] */
std::string ProgressJson(RunCounters& counters, const RunPlan& plan, PluginInstance& plugin);

/** The text of a parameter that can only be read and is called "status"; empty if there is none. */
std::string StatusText(PluginInstance& plugin);

/** Throws HostError if the run lost something or the plugin failed: files would not be what they seem. */
void CheckRun(const RunSummary& run);

}  // namespace jambridge::host
