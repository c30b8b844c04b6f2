// A small CLAP host for tests: loads the built file, and notes all that the plugin asks for.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "clap/entry.h"
#include "clap/ext/latency.h"
#include "clap/ext/params.h"
#include "clap/plugin-factory.h"
#include "plugin/clap/abi-additions.h"
#include "test/plugin/support/module-file.h"
#include "test/plugin/support/random.h"

namespace jambridge::test {

inline constexpr char kClapId[] = "org.jambridge.jambridge";

/// The host's side: counts what is asked of it.
struct ClapHost {
  std::atomic<int> restarts{0};
  std::atomic<int> callbacks{0};
  std::atomic<int> latencyChanges{0};
  std::atomic<int> rescans{0};
  std::atomic<int> tailChanges{0};
  bool controlsTransport = true;
  std::vector<std::string> transportRequests;
  clap_beattime jumpedTo = 0;
  bool hasExtensions = true;
  std::string trackName = "Bass";
  clap_host_t host{CLAP_VERSION_INIT,
                   this,
                   "test",
                   "test",
                   "",
                   "1",
                   [](const clap_host_t* self, const char* id) { return Of(self).Extension(id); },
                   [](const clap_host_t* self) { ++Of(self).restarts; },
                   [](const clap_host_t*) {},
                   [](const clap_host_t* self) { ++Of(self).callbacks; }};

  static ClapHost& Of(const clap_host_t* self) { return *static_cast<ClapHost*>(self->host_data); }

  const void* Extension(const char* id) const {
    static const clap_host_latency_t latency = {[](const clap_host_t* self) { ++Of(self).latencyChanges; }};
    static const clap_host_params_t params = {
        [](const clap_host_t* self, clap_param_rescan_flags) { ++Of(self).rescans; },
        [](const clap_host_t*, clap_id, clap_param_clear_flags) {}, [](const clap_host_t*) {}};
    static const clap::HostTrackInfo track = {[](const clap_host_t* self, clap::TrackInfo* info) {
      *info = {};
      info->flags = clap::kTrackHasName;
      std::snprintf(info->name, sizeof info->name, "%s", Of(self).trackName.c_str());
      return true;
    }};
    static const clap::HostTail tail = {[](const clap_host_t* self) { ++Of(self).tailChanges; }};
    if (!hasExtensions) return nullptr;
    if (std::strcmp(id, clap::kExtTail) == 0) return &tail;
    if (std::strcmp(id, clap::kExtTransportControl) == 0)
      return controlsTransport ? &TransportControl() : nullptr;
    if (std::strcmp(id, clap::kExtTrackInfo) == 0) return &track;
    if (std::strcmp(id, CLAP_EXT_LATENCY) == 0) return &latency;
    return std::strcmp(id, CLAP_EXT_PARAMS) == 0 ? &params : nullptr;
  }

  static const clap::HostTransportControl& TransportControl() {
    static const clap::HostTransportControl control = [] {
      clap::HostTransportControl made{};
      made.request_continue = [](const clap_host_t* self) {
        Of(self).transportRequests.push_back("continue");
      };
      made.request_pause = [](const clap_host_t* self) { Of(self).transportRequests.push_back("pause"); };
      made.request_jump = [](const clap_host_t* self, clap_beattime position) {
        Of(self).transportRequests.push_back("jump");
        Of(self).jumpedTo = position;
      };
      return made;
    }();
    return control;
  }
};

class ClapModule {
 public:
  explicit ClapModule(const char* path)
      : file_(path), entry_(file_.Find<const clap_plugin_entry_t>("clap_entry")) {
    if (entry_ == nullptr || !entry_->init(path)) return;
    factory_ = static_cast<const clap_plugin_factory_t*>(entry_->get_factory(CLAP_PLUGIN_FACTORY_ID));
  }
  ~ClapModule() {
    if (entry_ != nullptr) entry_->deinit();
  }
  const clap_plugin_entry_t* entry() const { return entry_; }
  const clap_plugin_factory_t* factory() const { return factory_; }

 private:
  ModuleFile file_;
  const clap_plugin_entry_t* entry_;
  const clap_plugin_factory_t* factory_ = nullptr;
};

/// Events for one block, in the order they are pushed.
class ClapEventsIn {
 public:
  template <class T>
  void Push(T event) {
    event.header.size = sizeof event;
    const auto* bytes = reinterpret_cast<const std::byte*>(&event);
    // A deque of doubles' worth of room each: events must be aligned and must not move.
    events_.emplace_back((sizeof event + sizeof(double) - 1) / sizeof(double));
    std::memcpy(events_.back().data(), bytes, sizeof event);
  }
  void Midi(uint32_t time, uint8_t status, uint8_t first = 0, uint8_t second = 0) {
    clap_event_midi_t event{};
    event.header = {0, time, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI, 0};
    event.data[0] = status;
    event.data[1] = first;
    event.data[2] = second;
    Push(event);
  }
  void Param(uint32_t time, clap_id id, double value) {
    clap_event_param_value_t event{};
    event.header = {0, time, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, 0};
    event.param_id = id;
    event.note_id = event.port_index = event.channel = event.key = -1;
    event.value = value;
    Push(event);
  }
  void Note(uint32_t time, uint16_t type, int16_t channel, int16_t key, double velocity) {
    clap_event_note_t event{};
    event.header = {0, time, CLAP_CORE_EVENT_SPACE_ID, type, 0};
    event.note_id = -1;
    event.channel = channel;
    event.key = key;
    event.velocity = velocity;
    Push(event);
  }
  void SysEx(uint32_t time, const std::vector<uint8_t>& bytes) {
    clap_event_midi_sysex_t event{};
    event.header = {0, time, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI_SYSEX, 0};
    event.buffer = bytes.data();
    event.size = static_cast<uint32_t>(bytes.size());
    Push(event);
  }
  void Clear() { events_.clear(); }
  const clap_input_events_t* list() const { return &list_; }

 private:
  std::deque<std::vector<double>> events_;
  clap_input_events_t list_{
      this,
      [](const clap_input_events_t* self) {
        return static_cast<uint32_t>(static_cast<ClapEventsIn*>(self->ctx)->events_.size());
      },
      [](const clap_input_events_t* self, uint32_t index) {
        auto& events = static_cast<ClapEventsIn*>(self->ctx)->events_;
        return reinterpret_cast<const clap_event_header_t*>(events[index].data());
      }};
};

/// What one block sent. SysEx bytes are read after the block, as some hosts do.
class ClapEventsOut {
 public:
  struct Event {
    uint32_t time;
    uint16_t type;
    std::vector<uint8_t> bytes;  // MIDI
    clap_id param;
    double value;
    const uint8_t* sysEx;
    uint32_t sysExBytes;
  };
  std::vector<Event> events;
  size_t eventsMax = SIZE_MAX;

  void Clear() { events.clear(); }
  std::vector<Event> OfType(uint16_t type) const {
    std::vector<Event> found;
    for (const Event& event : events) {
      if (event.type == type) found.push_back(event);
    }
    return found;
  }
  const clap_output_events_t* list() const { return &list_; }

 private:
  bool Push(const clap_event_header_t* header) {
    if (events.size() >= eventsMax) return false;
    Event event{header->time, header->type, {}, 0, 0, nullptr, 0};
    if (header->type == CLAP_EVENT_MIDI) {
      const auto* midi = reinterpret_cast<const clap_event_midi_t*>(header);
      event.bytes.assign(midi->data, midi->data + 3);
    } else if (header->type == CLAP_EVENT_MIDI_SYSEX) {
      const auto* sysEx = reinterpret_cast<const clap_event_midi_sysex_t*>(header);
      event.sysEx = sysEx->buffer;
      event.sysExBytes = sysEx->size;
    } else if (header->type == CLAP_EVENT_PARAM_VALUE) {
      const auto* param = reinterpret_cast<const clap_event_param_value_t*>(header);
      event.param = param->param_id;
      event.value = param->value;
    }
    events.push_back(event);
    return true;
  }
  clap_output_events_t list_{this, [](const clap_output_events_t* self, const clap_event_header_t* header) {
                               return static_cast<ClapEventsOut*>(self->ctx)->Push(header);
                             }};
};

/// One plugin instance, processed with one set of buffers.
class ClapInstance {
 public:
  ClapInstance(const ClapModule& module, ClapHost& host)
      : plugin(module.factory()->create_plugin(module.factory(), &host.host, kClapId)) {
    if (plugin != nullptr) plugin->init(plugin);
  }
  ~ClapInstance() {
    if (plugin == nullptr) return;
    Deactivate();
    plugin->destroy(plugin);
  }
  template <class T>
  const T* Extension(const char* id) const {
    return static_cast<const T*>(plugin->get_extension(plugin, id));
  }
  bool Activate(double sampleRate = 48000, uint32_t blockFramesMax = 256) {
    active_ = plugin->activate(plugin, sampleRate, 1, blockFramesMax);
    return active_ && plugin->start_processing(plugin);
  }
  void Deactivate() {
    if (!active_) return;
    plugin->stop_processing(plugin);
    plugin->deactivate(plugin);
    active_ = false;
  }
  double Param(clap_id id) const {
    double value = -1;
    const auto* params = Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
    return params->get_value(plugin, id, &value) ? value : -1;
  }
  /// Gives the events pushed to `in`, collects what comes into `out`, clears `in`.
  clap_process_status Process(float** from, float** to, uint32_t frames, uint32_t channels = 2) {
    clap_audio_buffer_t input{};
    clap_audio_buffer_t output{};
    input.data32 = from;
    output.data32 = to;
    input.channel_count = output.channel_count = channels;
    clap_process_t block{};
    block.steady_time = -1;
    block.frames_count = frames;
    block.transport = transport;
    if (frames > 0) {
      block.audio_inputs = &input;
      block.audio_outputs = &output;
      block.audio_inputs_count = block.audio_outputs_count = 1;
    }
    out.Clear();
    block.in_events = in.list();
    block.out_events = out.list();
    const clap_process_status status = plugin->process(plugin, &block);
    in.Clear();
    return status;
  }
  clap_process_status Process(Planar& from, Planar& to, uint32_t frames) {
    return Process(from.pointers(), to.pointers(), frames, from.channels());
  }

  const clap_plugin_t* plugin;
  ClapEventsIn in;
  ClapEventsOut out;
  const clap_event_transport_t* transport = nullptr;

 private:
  bool active_ = false;
};

}  // namespace jambridge::test
