// What process() takes and gives in VST3's shape: event lists and parameter queues, preallocated.
//
// Owner: Vst3Instance. Used by [audio-thread] only.
#pragma once

#include <deque>
#include <vector>

#include "plugin/host/plugin-instance.h"
#include "plugin/host/vst3-com.h"
#include "travesty/audio_processor.h"
#include "travesty/events.h"

namespace jambridge::host {

class Vst3EventList final : public Vst3Hosted {
 public:
  Vst3EventList() : Vst3Hosted(v3_event_list_iid) { events.reserve(8192); }
  virtual uint32_t V3_API getEventCount() { return static_cast<uint32_t>(events.size()); }
  virtual v3_result V3_API getEvent(int32_t index, v3_event* event);
  virtual v3_result V3_API addEvent(v3_event* event);

  std::vector<v3_event> events;
};

class Vst3ValueQueue final : public Vst3Hosted {
 public:
  Vst3ValueQueue() : Vst3Hosted(v3_param_value_queue_iid) {}
  struct Point {
    int32_t offset;
    double value;
  };
  virtual v3_param_id V3_API getParameterId() { return id; }
  virtual int32_t V3_API getPointCount() { return static_cast<int32_t>(points.size()); }
  virtual v3_result V3_API getPoint(int32_t index, int32_t* offset, double* value);
  virtual v3_result V3_API addPoint(int32_t offset, double value, int32_t* index);

  v3_param_id id = 0;
  std::vector<Point> points;
};

class Vst3ParameterChanges final : public Vst3Hosted {
 public:
  Vst3ParameterChanges() : Vst3Hosted(v3_param_changes_iid) {}
  virtual int32_t V3_API getParameterCount() { return static_cast<int32_t>(used_); }
  virtual v3_param_value_queue** V3_API getParameterData(int32_t index);
  virtual v3_param_value_queue** V3_API addParameterData(v3_param_id* id, int32_t* index);

  void Clear() { used_ = 0; }
  void AddPoint(v3_param_id id, uint32_t offset, double value);
  size_t used() const { return used_; }
  const Vst3ValueQueue& queue(size_t index) const { return queues_[index]; }

 private:
  Vst3ValueQueue& Find(v3_param_id id, int32_t* index);
  std::deque<Vst3ValueQueue> queues_;  // grows, never shrinks: queues stay where they are
  size_t used_ = 0;
};

}  // namespace jambridge::host
