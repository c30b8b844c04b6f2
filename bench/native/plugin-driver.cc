// A DAW's audio thread and nothing else: calls process() of many plugin instances, block after block, at the
// times that the schedule gives. What it may note for each block or event:
//
//   blocks   the time before process(), and every sample of the block is the block's number
//   events   the time before process(), and the block carries a pitch bend with the event's number
//   process  how long process() took, and how long it takes to copy the same frames into and out of rings
//
// Prints one JSON object when the schedule is over.
#include <cstdio>
#include <thread>

#include "bench/native/arguments.h"
#include "bench/native/plugin-bank.h"
#include "bench/native/process-timer.h"
#include "bench/native/thread-priority.h"

namespace jambridge::bench {
namespace {

enum class Notes { kNone, kBlocks, kEvents, kProcess };

struct Job {
  Schedule schedule;
  int phase;
  int64_t offsetNs;  // into the phase
  int every;         // an event every so many blocks
  Notes notes;
};

struct Result {
  bool granted = false;
  std::vector<int64_t> markNs;
  uint64_t lateBlocks = 0;  // begun a block's length or more too late
};

Notes NotesOption(const Arguments& arguments) {
  const std::string text = TextOption(&arguments, "--notes");
  if (text == "blocks") return Notes::kBlocks;
  if (text == "events") return Notes::kEvents;
  if (text == "process") return Notes::kProcess;
  return Notes::kNone;
}

BankOptions BankOption(const Arguments& arguments) {
  return {.instances = static_cast<uint32_t>(NumberOption(&arguments, "--instances")),
          .channels = static_cast<uint32_t>(NumberOption(&arguments, "--channels")),
          .blockFrames = static_cast<uint32_t>(NumberOption(&arguments, "--block")),
          .sampleRate = static_cast<double>(NumberOption(&arguments, "--rate")),
          .mode = TextOption(&arguments, "--mode"),
          .redundancy = TextOption(&arguments, "--redundancy"),
          .midi = TextOption(&arguments, "--midi")};
}

/** A pitch bend carries 14 bits: the event's number. */
void ProcessEvent(Track& track, size_t number) {
  track.Process(0xE0, static_cast<uint8_t>(number & 0x7F), static_cast<uint8_t>((number >> 7) & 0x7F));
}

void ProcessAll(PluginBank& bank) {
  for (auto& track : bank.tracks()) track->Process();
}

void OneBlock(PluginBank& bank, const Job& job, int tick, Result& result, ProcessTimer& timer) {
  const bool event = job.notes == Notes::kEvents && tick % job.every == job.every - 1;
  if (job.notes == Notes::kBlocks) {
    for (auto& track : bank.tracks()) track->Fill(static_cast<float>(result.markNs.size()));
  }
  if (job.notes == Notes::kBlocks || event) result.markNs.push_back(NowNs());
  if (event) {
    for (auto& track : bank.tracks()) ProcessEvent(*track, result.markNs.size() - 1);
  } else if (job.notes == Notes::kProcess) {
    timer.Block(bank);
  } else {
    ProcessAll(bank);
  }
}

void Play(PluginBank& bank, const Job& job, Result& result, ProcessTimer& timer) {
  const Schedule& schedule = job.schedule;
  const int ticks = TicksInPhase(&schedule);
  for (int round = 0; round < schedule.rounds; round++) {
    const int64_t phaseNs = PhaseStartNs(&schedule, round, job.phase) + job.offsetNs;
    // The last events must arrive within their phase.
    for (int tick = 0; tick + job.every < ticks; tick++) {
      const int64_t dueNs = phaseNs + tick * schedule.periodNs;
      SleepUntilNs(dueNs);
      if (NowNs() - dueNs >= schedule.periodNs) result.lateBlocks++;
      OneBlock(bank, job, tick, result, timer);
    }
  }
}

void PrintList(const char* name, const std::vector<int64_t>& values) {
  std::printf(",\"%s\":[", name);
  for (size_t i = 0; i < values.size(); i++) {
    std::printf("%s%lld", i == 0 ? "" : ",", static_cast<long long>(values[i]));
  }
  std::printf("]");
}

int Run(const Arguments& arguments) {
  Job job = {.schedule = ScheduleOption(&arguments),
             .phase = static_cast<int>(NumberOption(&arguments, "--phase")),
             .offsetNs = NumberOption(&arguments, "--offset-ns"),
             .every = static_cast<int>(NumberOption(&arguments, "--every")),
             .notes = NotesOption(arguments)};
  const BankOptions options = BankOption(arguments);
  PluginBank bank(options);
  ProcessTimer timer(options);
  Result result;
  while (!bank.Attached()) {
    if (NowNs() > job.schedule.startNs) {
      std::fprintf(stderr, "plugin-driver: the plugins found no engine\n");
      return 1;
    }
    SleepUntilNs(NowNs() + 20'000'000);
  }
  const auto priority = static_cast<int>(NumberOption(&arguments, "--priority"));
  std::thread audio([&] {
    result.granted = TakePriority(priority) != 0;
    Play(bank, job, result, timer);
  });
  audio.join();
  std::printf("{\"granted\":%s,\"lateBlocks\":%llu", result.granted ? "true" : "false",
              static_cast<unsigned long long>(result.lateBlocks));
  PrintList("markNs", result.markNs);
  PrintList("processNs", timer.processNs());
  PrintList("quietNs", timer.quietNs());
  PrintList("bellNs", timer.bellNs());
  PrintList("copyNs", timer.copyNs());
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace jambridge::bench

int main(int argc, char** argv) { return jambridge::bench::Run({argc, argv}); }
