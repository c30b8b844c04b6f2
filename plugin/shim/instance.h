// One plugin instance: the stages of process() in the order of the data, and what they share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/shim/attachment.h"
#include "plugin/shim/capture.h"
#include "plugin/shim/delay-line.h"
#include "plugin/shim/flow-meter.h"
#include "plugin/shim/gain.h"
#include "plugin/shim/keeper.h"
#include "plugin/shim/midi-out.h"
#include "plugin/shim/param-store.h"
#include "plugin/shim/piece.h"
#include "plugin/shim/playout.h"
#include "plugin/shim/plugin.h"
#include "plugin/shim/remote-watch.h"
#include "plugin/shim/state.h"
#include "plugin/shim/take.h"

namespace jambridge {

class Plugin::Instance {
 public:
  explicit Instance(HostSink* sink) : sink_(sink), midiOut_(sink) {}
  ~Instance() { Deactivate(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  bool Activate(double sampleRate, uint32_t blockFramesMax, uint32_t channelsIn, uint32_t channelsOut);
  void Deactivate();
  void Announce(double sampleRate, uint32_t blockFramesMax);
  void Process(const ProcessArgs& args);
  void Reset() { resets_.store(true, std::memory_order_relaxed); }
  void WatchBlockFlow(bool on) { watchFlow_ = on; }

  double GetParam(uint32_t id) const;
  void SetParam(uint32_t id, double plain);
  void SetParams(const ParamValues& values);
  uint32_t GetLatency() const;
  uint32_t GetTail() const;
  const ParamStore& params() const { return params_; }
  void SetName(std::string_view name) { name_ = name.substr(0, kNameBytes - 1); }

 private:
  /** What a piece goes by, in the order in which it is found out. */
  struct Pass {
    const SlotView* view;  // nullptr: no slot
    ParamSnapshot before;  // at the beginning of the piece
    ParamSnapshot after;   // at its end, events applied
    bool engineAlive;
    bool streaming;  // this piece goes to the engine
    Playout::Link link;
    uint32_t wetFrames;  // how much of the piece has wet sound, from its beginning
    bool wetOpen;        // there may be wet sound at all: it is played live, or rendered from a take
  };

  static bool Sensible(double sampleRate, uint32_t blockFramesMax);
  void Allocate(const Capture::Setup& setup);
  uint32_t PlannedLatency() const;
  void ReportLatencyChange();
  void StoreParam(uint32_t id, double plain);

  // The stages, in the order of the data. [audio-thread, active]
  void BeginBlock(const ProcessArgs& args, const SlotView* view, uint64_t timeNs);
  void ProcessPiece(const Piece& piece, const SlotView* view);
  ParamSnapshot ApplyParams(const Piece& piece, const ParamSnapshot& before);
  void CaptureInput(const Piece& piece, Pass& pass);
  void CaptureMidi(const Piece& piece, const Pass& pass);
  void TakePlayout(const Piece& piece, Pass& pass);
  void TakeWetMidi(const Piece& piece, const Pass& pass);
  void Record(const Piece& piece, const Pass& pass);
  void Replay(const Piece& piece, Pass& pass);
  void StopReplay();
  void Mix(const Piece& piece, const Pass& pass);
  void SendMidi(const Piece& piece, const Pass& pass);

  // Parts of Mix.
  void PrepareDry(const Piece& piece);
  bool OutputsHitInputs(const Piece& piece) const;
  uint32_t DrySource(const Piece& piece, uint32_t outChannel) const;
  float* DryCopy(uint32_t channel);
  const float* Dry(const Piece& piece, uint32_t outChannel);
  void AimGains(const Pass& pass, const ParamSnapshot& params);
  void MixRange(const Piece& piece, const Pass& pass, uint32_t begin, uint32_t end);

  HostSink* const sink_;
  ParamStore params_;
  std::string name_;
  std::shared_ptr<Keeper> keeper_;
  std::unique_ptr<Attachment> attachment_;

  // Written by [main-thread] while inactive only.
  std::atomic<bool> active_{false};
  // SYNC POINT latency-basis: numbers that stand alone; whoever sets a parameter reads them.
  std::atomic<double> sampleRate_{48000};
  std::atomic<uint32_t> pieceFramesMax_{1024};  // as announced by the host, at most kBlockFramesMax
  bool watchFlow_ = true;
  uint32_t channelsIn_ = 0;
  uint32_t channelsOut_ = 0;
  std::atomic<uint32_t> status_{0};       // SlotStatus
  std::atomic<uint32_t> latency_{0};      // frames in effect
  std::atomic<uint32_t> latencyTold_{0};  // what the host knows or was told to ask for

  // The stages, in the order of the data. [audio-thread, active]
  uint64_t frame_ = 0;  // absolute; goes on over activations
  bool streaming_ = false;
  uint64_t streamingSerial_ = 0;
  uint32_t heardChannel_ = 0;
  bool wetMidi_ = false;
  bool snapGains_ = true;
  bool rendering_ = false;
  // SYNC POINT reset: some hosts ask for it from the main thread; the next block does it.
  std::atomic<bool> resets_{false};
  bool replaying_ = false;
  int64_t replayNext_ = 0;  // position in the take
  uint32_t gainFrames_ = 0;
  FlowMeter flow_;
  RemoteWatch remote_;
  Capture capture_;
  Playout playout_;
  Take take_;
  DelayLine delay_;
  std::vector<float> dryCopy_;  // planar, pieceFramesMax_ a channel
  bool dryIsCopied_ = false;
  Gain dryGain_;
  Gain wetGain_;
  MidiOut midiOut_;
};

}  // namespace jambridge
