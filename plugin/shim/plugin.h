// The format-free plugin: what a CLAP, VST3 or AU adapter drives. Its shape follows iPlug2's Plugin
// class (ProcessBlock, OnReset as Activate, SerializeState), without a GUI.
//
//   in ---+---------------------------------> capture ring --> engine
//         |                                                       |
//         +-> (dry delay) -> dry gain -+-> out     playout ring <-+
//                             wet gain -+<-------------------'
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bridge/shm/segment-layout.h"
#include "plugin/shim/parameters.h"

namespace jambridge {

/** One whole MIDI message, whatever its length; `data` is valid only during the call. */
struct MidiEvent {
  uint32_t offset;  // frames from the start of the block
  uint32_t size;    // bytes
  const uint8_t* data;
};

/** One thing that the host says about a block. Sorted by offset by the adapter. */
struct InputEvent {
  enum Kind : uint8_t { kMidi, kParam };
  uint32_t offset;  // frames from the start of the block
  Kind kind;
  uint32_t size;        // MIDI: bytes of the whole message
  const uint8_t* data;  // MIDI: the message; nullptr when it lies in `small`
  uint8_t small[4];     // MIDI of up to 3 bytes
  uint32_t param;       // parameter: id
  double value;         // parameter: plain value
};

/** Flags are TransportFlags of bridge/shm/segment-layout.h. Positions in frames. */
struct Transport {
  uint32_t flags;
  int64_t songFrame;
  int64_t loopStartFrame;
  int64_t loopEndFrame;
  double tempo;
  uint32_t signatureNumerator;
  uint32_t signatureDenominator;
};

/** What another host's transport did. */
struct RemoteMove {
  bool playing;
  bool placed;        // `songFrame` is known
  int64_t songFrame;  // where its song is, or stands, at the beginning of this block
};

/** What the plugin needs from its host; the adapter implements it. */
class HostSink {
 public:
  virtual ~HostSink() = default;
  /**
   * Takes one outgoing message; called within ProcessBlock, offsets never fall. False: no room now;
   * the plugin tries again in the next block. [audio-thread]
   */
  virtual bool SendMidiMsg(const MidiEvent& event) = 0;
  /**
   * GetLatency() will differ after the next activation: ask the host for a restart. Called from the
   * thread that changed the parameter, the audio thread too, so it may only take note or call what
   * the format allows anywhere. [any-thread]
   */
  virtual void LatencyChanged() = 0;
  /**
   * Another host plays, stops or locates, and the user wants this one to follow: ask it to, where the format
   * has a way. Called within ProcessBlock. [audio-thread]
   */
  virtual void FollowRemote(const RemoteMove& /*move*/) {}
};

struct ProcessArgs {
  const float* const* in;  // planar; may be the same memory as out; a null channel is silent
  float* const* out;       // planar; a null channel is skipped
  uint32_t channelsIn;
  uint32_t channelsOut;
  uint32_t frames;  // any number, 0 too
  const InputEvent* events;
  uint32_t eventCount;
  const Transport* transport;  // nullptr: unknown
  bool offline;                // the host says that it renders, not in real time
};

inline constexpr uint32_t kTailInfinite = UINT32_MAX;

/**
 * Layouts that make sense: the same on both sides, a single channel that is heard on all, nothing but what is
 * received, or MIDI alone. [any-thread]
 */
constexpr bool ChannelsFit(uint32_t channelsIn, uint32_t channelsOut) {
  return channelsOut <= kChannelsMax && (channelsIn == channelsOut || (channelsOut > 0 && channelsIn <= 1));
}

class Plugin {
 public:
  /** `sink` outlives the plugin. [main-thread] */
  explicit Plugin(HostSink* sink);
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  /**
   * Allocates everything, joins the process's keeper and claims a slot if an engine is there. False
   * only for a rate or sizes that no host can mean. [main-thread, inactive]
   */
  bool Activate(double sampleRate, uint32_t blockFramesMax, uint32_t channelsIn, uint32_t channelsOut);

  /** Gives the slot back. No ProcessBlock may be running. [main-thread] */
  void Deactivate();

  /** What the next activation will be like, so that GetLatency() can tell it before. [main-thread, inactive]
   */
  void Announce(double sampleRate, uint32_t blockFramesMax);

  /** The next block forgets what is on its way through the plugin itself: the delayed dry path. [any-thread]
   */
  void Reset();

  /** Off: only the host's word decides what is a render, however its blocks flow. [main-thread, inactive] */
  void WatchBlockFlow(bool on);

  /** Never allocates, locks, waits; its one possible system call is the doorbell. [audio-thread] */
  void ProcessBlock(const ProcessArgs& args);

  /** Plain values. Lock-free; values are clamped; setting a read-only parameter does nothing. [any-thread] */
  double GetParam(uint32_t id) const;
  void SetParam(uint32_t id, double plain);

  /**
   * Frames by which the dry path is delayed while active, and for as long; else those of the next activation.
   * [main-thread]
   */
  uint32_t GetLatency() const;

  /** Frames of sound after the input ends; kTailInfinite while receiving. [any-thread] */
  uint32_t GetTail() const;

  /** A versioned, locale-free text of a few hundred bytes. [main-thread] */
  std::string SerializeState() const;

  /** False, and nothing changed, for anything that is not such a text. Unknown keys are skipped.
   * [main-thread] */
  bool UnserializeState(std::string_view state);

  /** Label of this instance in the engine's status, from the next activation on. [main-thread] */
  void SetName(std::string_view name);

 private:
  class Instance;
  std::unique_ptr<Instance> instance_;
};

}  // namespace jambridge
