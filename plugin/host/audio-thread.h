// The thread that calls process(): block after block, each at the moment a sound card would deliver it.
//
// In real time the block [G, G+n) is processed at t0 + (G+n)/rate, when its last input frame has been
// captured. Sleeps are to absolute times, so lateness never piles up; a block whose output comes more
// than a largest block after that is counted late. Offline, blocks follow each other at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "plugin/host/audio-fifo.h"
#include "plugin/host/block-sizes.h"
#include "plugin/host/duration-histogram.h"
#include "plugin/host/midi-fifo.h"
#include "plugin/host/midi-file.h"
#include "plugin/host/plugin-instance.h"

namespace jambridge::host {

/** A parameter change during the run. */
struct TimedParameter {
  uint64_t frame;
  uint32_t id;
  double value;
};

struct RunPlan {
  uint32_t rate = 48000;
  uint64_t frames = 0;
  uint64_t inputFrames = 0;  // what the input FIFO will be given; silence follows
  bool offline = false;
  bool inPlace = false;
  int64_t startNs = 0;  // t0 on CLOCK_MONOTONIC; 0: when the thread is ready
  BlockSizes blocks = BlockSizes::Fixed(256);
  std::vector<TimedParameter> parameters;  // sorted by frame
};

/** Live figures: written by [audio-thread] (relaxed), read by [main-thread] for progress and report. */
struct RunCounters {
  std::atomic<uint64_t> frames{0};
  std::atomic<uint64_t> blocks{0};
  std::atomic<uint64_t> midiIn{0};
  std::atomic<uint64_t> midiOut{0};
  std::atomic<uint64_t> midiOutLost{0};  // no room: the main thread stood still
  std::atomic<uint64_t> lateBlocks{0};
  std::atomic<uint64_t> inputLostFrames{0};  // real time: the file side was too slow
  std::atomic<uint64_t> outputLostFrames{0};
  std::atomic<float> peakIn{0};  // since the reader last took it
  std::atomic<float> peakOut{0};
};

class AudioThread final : private MidiOutSink {
 public:
  AudioThread(PluginInstance& plugin, const RunPlan& plan, const MidiSong& song, AudioFifo& input,
              AudioFifo& output, MidiFifo& midiOut);
  ~AudioThread();
  AudioThread(const AudioThread&) = delete;
  AudioThread& operator=(const AudioThread&) = delete;

  // [main-thread]
  void Start();
  /** Asks it to end after the current block. */
  void RequestStop() { stop_.store(true, std::memory_order_relaxed); }
  /** Waits until it stands between StopProcessing and StartProcessing, or has ended. */
  void Pause();
  void Resume() { pause_.store(false, std::memory_order_release); }
  bool ended() const { return ended_.load(std::memory_order_acquire); }

  RunCounters counters;
  // Valid once ended().
  DurationHistogram processNs;
  DurationHistogram wakeLateNs;
  int64_t startNs = 0;          // t0
  int64_t firstNs = 0;          // the first process() began
  int64_t lastNs = 0;           // the last one ended
  bool refused = false;         // the plugin would not start processing
  std::string priorityRefusal;  // empty: real-time priority was granted

 private:
  void Run();
  void RunBlocks();
  void Park();
  bool WaitUntil(int64_t ns);
  bool WaitForFiles(uint32_t frames);
  bool HasRoomFor(uint32_t frames) const;
  void ReadInput(uint32_t frames);
  void CollectEvents(uint32_t frames);
  TransportPosition TransportAt(uint64_t frame) const;
  void ProcessOne(uint32_t frames);
  void Publish(uint32_t frames);
  void OnMidi(uint32_t offset, const uint8_t* data, uint32_t size) override;

  PluginInstance& plugin_;
  const RunPlan& plan_;
  const MidiSong& song_;
  AudioFifo& input_;
  AudioFifo& output_;
  MidiFifo& midiOut_;
  BlockSizes blocks_;
  uint64_t frame_ = 0;
  size_t nextMidi_ = 0;
  size_t nextParameter_ = 0;
  std::vector<MidiIn> midiBlock_;
  std::vector<ParameterIn> parameterBlock_;
  std::vector<std::vector<float>> buffers_;
  std::vector<float*> in_;
  std::vector<float*> out_;
  // SYNC POINT pause: [main-thread] sets pause_, [audio-thread] answers with parked_ (release).
  std::atomic<bool> pause_{false};
  std::atomic<bool> parked_{false};
  std::atomic<bool> stop_{false};
  std::atomic<bool> ended_{false};  // release: everything above is readable after ended()
  std::thread thread_;
};

}  // namespace jambridge::host
