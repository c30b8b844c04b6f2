// What the host needs of a plugin, whatever its format. clap-instance and vst3-instance provide it.
//
//   [main-thread]  load -> (LoadState, SetParameter) -> Activate
//   [audio-thread]     StartProcessing -> Process ... Process -> StopProcessing
//   [main-thread]  ServeMainThread all the while; Deactivate; (SaveState); destroy
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jambridge::host {

struct PluginIdentity {
  std::string format;  // "CLAP" or "VST3"
  std::string id;
  std::string name;
  std::string vendor;
  std::string version;
};

/** One parameter. Values are in the format's own range: plain in CLAP, 0..1 in VST3. */
struct ParameterInfo {
  uint32_t id = 0;
  std::string name;
  std::string unit;  // to be shown behind the text; empty where the text says it all
  double min = 0;
  double max = 1;
  double defaultValue = 0;
  uint32_t stepCount = 0;  // 0: continuous; otherwise there are stepCount + 1 values
  bool readOnly = false;
};

struct MidiIn {
  uint32_t offset;  // frames into the block
  uint32_t size;
  const uint8_t* data;  // one whole message
};

struct ParameterIn {
  uint32_t offset;
  uint32_t id;
  double value;
};

struct TransportPosition {
  uint64_t frame;
  double seconds;
  double beats;  // quarter notes
  double bpm;
  double barStartBeats;
  int32_t bar;
  uint32_t signatureNumerator;
  uint32_t signatureDenominator;
};

class MidiOutSink {
 public:
  /** A message of the plugin, offsets rising, bytes valid during the call. [audio-thread] */
  virtual void OnMidi(uint32_t offset, const uint8_t* data, uint32_t size) = 0;

 protected:
  ~MidiOutSink() = default;
};

/** One call of process(). Buffers are planar, owned by the caller; in-place when in[c] == out[c]. */
struct ProcessBlock {
  uint32_t frames;
  uint64_t steadyFrame;
  float* const* in;
  float* const* out;
  std::span<const MidiIn> midi;             // sorted by offset
  std::span<const ParameterIn> parameters;  // sorted by offset
  const TransportPosition* transport;
  MidiOutSink* sink;
};

/** Faults of the plugin and limits of the format. Written by [audio-thread], read after it ended. */
struct PluginCounters {
  uint64_t processErrors = 0;
  uint64_t misplacedEvents = 0;  // outside the block or out of order; put right
  uint64_t midiNotTaken = 0;     // the format or the plugin has no way in for such a message
};

struct ActivationSetup {
  uint32_t rate;
  uint32_t blockFramesMax;
  bool offline;
};

class PluginInstance {
 public:
  virtual ~PluginInstance() = default;

  // [main-thread]
  virtual const PluginIdentity& identity() const = 0;
  virtual uint32_t inputChannels() const = 0;  // of the main bus; 0: none
  virtual uint32_t outputChannels() const = 0;
  virtual bool inPlaceAllowed() const = 0;
  /** So many channels in and out; false: the plugin refuses. Before Activate() only. */
  virtual bool SetChannels(uint32_t channels) = 0;
  virtual std::vector<ParameterInfo> Parameters() = 0;
  virtual std::optional<double> ValueFromText(uint32_t id, const std::string& text) = 0;
  virtual std::string TextFromValue(uint32_t id, double value) = 0;
  virtual double Value(uint32_t id) = 0;
  /** Before Activate() only. */
  virtual void SetParameter(uint32_t id, double value) = 0;
  virtual bool LoadState(std::span<const uint8_t> state) = 0;
  virtual std::vector<uint8_t> SaveState() = 0;
  virtual void Activate(const ActivationSetup& setup) = 0;
  virtual void Deactivate() = 0;
  virtual uint32_t LatencyFrames() = 0;  // active
  /** Gives the plugin the main-thread calls that it asked for. True: it wants a restart. */
  virtual bool ServeMainThread() = 0;

  // [audio-thread]
  virtual bool StartProcessing() = 0;
  virtual void StopProcessing() = 0;
  virtual void Process(const ProcessBlock& block) = 0;

  PluginCounters counters;
};

/** Loads a .clap or .vst3 (bundle or shared object) and makes its first plugin. [main-thread] */
std::unique_ptr<PluginInstance> LoadPlugin(const std::string& path);

}  // namespace jambridge::host
