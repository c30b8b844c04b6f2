// The objects a VST3 host lends to a plugin: event lists, parameter queues, streams, the handler.
//
// Each is a C++ class whose table of functions is VST3's (base methods first, no destructor in it).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "travesty/audio_processor.h"
#include "travesty/bstream.h"
#include "travesty/edit_controller.h"
#include "travesty/events.h"

namespace jambridge::test {

class HostObject {
 public:
  virtual v3_result V3_API queryInterface(const v3_tuid, void** object) {
    *object = nullptr;
    return V3_NO_INTERFACE;
  }
  virtual uint32_t V3_API addRef() { return ++references; }
  virtual uint32_t V3_API release() { return --references; }
  std::atomic<uint32_t> references{1};
};

/// `object` as the C interface that travesty calls through.
template <class Interface>
Interface** As(HostObject& object) {
  return reinterpret_cast<Interface**>(&object);
}

class EventList final : public HostObject {
 public:
  virtual uint32_t V3_API getEventCount() { return static_cast<uint32_t>(events.size()); }
  virtual v3_result V3_API getEvent(int32_t index, v3_event* event) {
    if (index < 0 || static_cast<size_t>(index) >= events.size()) return V3_INVALID_ARG;
    *event = events[static_cast<size_t>(index)];
    return V3_OK;
  }
  virtual v3_result V3_API addEvent(v3_event* event) {
    if (events.size() >= eventsMax) return V3_FALSE;
    events.push_back(*event);
    return V3_OK;
  }
  std::vector<v3_event> events;
  size_t eventsMax = SIZE_MAX;

  v3_event& Add(int32_t offset, uint16_t type) {
    v3_event event{};
    event.sample_offset = offset;
    event.type = type;
    events.push_back(event);
    return events.back();
  }
  void NoteOn(int32_t offset, int16_t channel, int16_t pitch, float velocity) {
    Add(offset, V3_EVENT_NOTE_ON).note_on = {channel, pitch, 0, velocity, 0, -1};
  }
  void NoteOff(int32_t offset, int16_t channel, int16_t pitch, float velocity) {
    Add(offset, V3_EVENT_NOTE_OFF).note_off = {channel, pitch, velocity, -1, 0};
  }
  void SysEx(int32_t offset, const std::vector<uint8_t>& bytes) {
    Add(offset, V3_EVENT_DATA).data = {static_cast<uint32_t>(bytes.size()), 0, bytes.data()};
  }
};

class ValueQueue final : public HostObject {
 public:
  explicit ValueQueue(v3_param_id paramId) : id(paramId) {}
  virtual v3_param_id V3_API getParameterId() { return id; }
  virtual int32_t V3_API getPointCount() { return static_cast<int32_t>(points.size()); }
  virtual v3_result V3_API getPoint(int32_t index, int32_t* offset, double* value) {
    if (index < 0 || static_cast<size_t>(index) >= points.size()) return V3_INVALID_ARG;
    std::tie(*offset, *value) = points[static_cast<size_t>(index)];
    return V3_OK;
  }
  virtual v3_result V3_API addPoint(int32_t offset, double value, int32_t* index) {
    *index = getPointCount();
    points.emplace_back(offset, value);
    return V3_OK;
  }
  v3_param_id id;
  std::vector<std::pair<int32_t, double>> points;
};

class ParameterChanges final : public HostObject {
 public:
  virtual int32_t V3_API getParameterCount() { return static_cast<int32_t>(queues.size()); }
  virtual void* V3_API getParameterData(int32_t index) {
    return index < 0 || static_cast<size_t>(index) >= queues.size() ? nullptr
                                                                    : &queues[static_cast<size_t>(index)];
  }
  virtual void* V3_API addParameterData(v3_param_id* id, int32_t* index) {
    *index = getParameterCount();
    return &queues.emplace_back(*id);
  }
  std::deque<ValueQueue> queues;

  void Add(v3_param_id id, int32_t offset, double normalized) {
    const auto same = [id](const ValueQueue& queue) { return queue.id == id; };
    auto queue = std::find_if(queues.begin(), queues.end(), same);
    if (queue == queues.end()) {
      queues.emplace_back(id);
      queue = queues.end() - 1;
    }
    queue->points.emplace_back(offset, normalized);
  }
  const ValueQueue* Find(v3_param_id id) const {
    for (const ValueQueue& queue : queues) {
      if (queue.id == id) return &queue;
    }
    return nullptr;
  }
};

/// Gives and takes at most `pieceMax` bytes a call; fails once `failAfter` bytes have passed.
class Stream final : public HostObject {
 public:
  virtual v3_result V3_API read(void* buffer, int32_t bytesWanted, int32_t* bytesRead) {
    if (position >= failAfter) return V3_INTERNAL_ERR;
    const size_t given = std::min({static_cast<size_t>(bytesWanted), pieceMax, bytes.size() - position});
    std::memcpy(buffer, bytes.data() + position, given);
    position += given;
    if (bytesRead != nullptr) *bytesRead = static_cast<int32_t>(given);
    return V3_OK;
  }
  virtual v3_result V3_API write(void* buffer, int32_t bytesGiven, int32_t* bytesWritten) {
    if (bytes.size() >= failAfter) return V3_INTERNAL_ERR;
    const size_t taken = std::min(static_cast<size_t>(bytesGiven), pieceMax);
    bytes.append(static_cast<const char*>(buffer), taken);
    if (bytesWritten != nullptr) *bytesWritten = static_cast<int32_t>(taken);
    return V3_OK;
  }
  virtual v3_result V3_API seek(int64_t, int32_t, int64_t*) { return V3_NOT_IMPLEMENTED; }
  virtual v3_result V3_API tell(int64_t*) { return V3_NOT_IMPLEMENTED; }

  std::string bytes;
  size_t position = 0;
  size_t pieceMax = 17;
  size_t failAfter = SIZE_MAX;
};

class Handler final : public HostObject {
 public:
  virtual v3_result V3_API beginEdit(v3_param_id) { return V3_OK; }
  virtual v3_result V3_API performEdit(v3_param_id, double) { return V3_OK; }
  virtual v3_result V3_API endEdit(v3_param_id) { return V3_OK; }
  virtual v3_result V3_API restartComponent(int32_t flags) {
    if ((flags & V3_RESTART_LATENCY_CHANGED) != 0) ++latencyChanges;
    return V3_OK;
  }
  std::atomic<int> latencyChanges{0};
};

/// What a host tells of the track: its name only.
class TrackAttributes final : public HostObject {
 public:
  virtual v3_result V3_API setInt(const char*, int64_t) { return V3_NOT_IMPLEMENTED; }
  virtual v3_result V3_API getInt(const char*, int64_t*) { return V3_NOT_IMPLEMENTED; }
  virtual v3_result V3_API setFloat(const char*, double) { return V3_NOT_IMPLEMENTED; }
  virtual v3_result V3_API getFloat(const char*, double*) { return V3_NOT_IMPLEMENTED; }
  virtual v3_result V3_API setString(const char*, const int16_t*) { return V3_NOT_IMPLEMENTED; }
  virtual v3_result V3_API getString(const char* id, int16_t* text, uint32_t sizeBytes) {
    if (std::strcmp(id, "channel name") != 0) return V3_FALSE;
    for (size_t i = 0; i <= name.size() && i < sizeBytes / sizeof(int16_t); ++i) {
      text[i] = i < name.size() ? static_cast<int16_t>(name[i]) : int16_t{0};
    }
    return V3_OK;
  }
  std::string name;
};

}  // namespace jambridge::test
