#include "plugin/host/vst3-events.h"

namespace jambridge::host {

v3_result V3_API Vst3EventList::getEvent(int32_t index, v3_event* event) {
  if (index < 0 || static_cast<size_t>(index) >= events.size()) return V3_INVALID_ARG;
  *event = events[static_cast<size_t>(index)];
  return V3_OK;
}

v3_result V3_API Vst3EventList::addEvent(v3_event* event) {
  events.push_back(*event);
  return V3_OK;
}

v3_result V3_API Vst3ValueQueue::getPoint(int32_t index, int32_t* offset, double* value) {
  if (index < 0 || static_cast<size_t>(index) >= points.size()) return V3_INVALID_ARG;
  *offset = points[static_cast<size_t>(index)].offset;
  *value = points[static_cast<size_t>(index)].value;
  return V3_OK;
}

v3_result V3_API Vst3ValueQueue::addPoint(int32_t offset, double value, int32_t* index) {
  if (index != nullptr) *index = static_cast<int32_t>(points.size());
  points.push_back({offset, value});
  return V3_OK;
}

v3_param_value_queue** V3_API Vst3ParameterChanges::getParameterData(int32_t index) {
  if (index < 0 || static_cast<size_t>(index) >= used_) return nullptr;
  return queues_[static_cast<size_t>(index)].As<v3_param_value_queue>();
}

v3_param_value_queue** V3_API Vst3ParameterChanges::addParameterData(v3_param_id* id, int32_t* index) {
  return Find(*id, index).As<v3_param_value_queue>();
}

Vst3ValueQueue& Vst3ParameterChanges::Find(v3_param_id id, int32_t* index) {
  size_t at = 0;
  while (at < used_ && queues_[at].id != id) ++at;
  if (at == used_) {
    if (used_ == queues_.size()) queues_.emplace_back();
    queues_[at].id = id;
    queues_[at].points.clear();
    ++used_;
  }
  if (index != nullptr) *index = static_cast<int32_t>(at);
  return queues_[at];
}

void Vst3ParameterChanges::AddPoint(v3_param_id id, uint32_t offset, double value) {
  Find(id, nullptr).points.push_back({static_cast<int32_t>(offset), value});
}

}  // namespace jambridge::host
