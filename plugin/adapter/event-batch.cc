#include "plugin/adapter/event-batch.h"

#include <algorithm>
#include <cstring>

namespace jambridge {

void EventBatch::Reserve() {
  events_.reserve(kEventsMax);
  order_.reserve(kEventsMax);
  arena_.Reserve(kArenaBytes);
  expressions_.Clear();
  Clear();
}

void EventBatch::Clear() {
  events_.clear();
  arena_.Clear();
}

bool EventBatch::Add(const InputEvent& event) {
  if (events_.size() == events_.capacity()) {
    ++dropped_;
    return false;
  }
  events_.push_back(event);
  return true;
}

bool EventBatch::AddShort(uint32_t offset, const uint8_t* data, uint32_t sizeBytes) {
  InputEvent event{};
  if (sizeBytes == 0 || sizeBytes > 3) return false;
  event.offset = offset;
  event.kind = InputEvent::kMidi;
  event.size = sizeBytes;
  std::memcpy(event.small, data, sizeBytes);
  expressions_.Observe(data, sizeBytes);
  return Add(event);
}

bool EventBatch::AddExpression(uint32_t offset, Expression what, const NoteAddress& whom, double value) {
  uint8_t message[3];
  const uint32_t sizeBytes = expressions_.Say(what, whom, value, message);
  return sizeBytes > 0 && AddShort(offset, message, sizeBytes);
}

bool EventBatch::AddSysEx(uint32_t offset, const uint8_t* data, size_t sizeBytes) {
  if (data == nullptr || sizeBytes == 0 || sizeBytes > UINT32_MAX - 2) return false;
  const size_t opening = data[0] == 0xF0 ? 0 : 1;
  const size_t closing = data[sizeBytes - 1] == 0xF7 ? 0 : 1;
  const size_t wholeBytes = opening + sizeBytes + closing;
  if (opening + closing > 0) {
    uint8_t* whole = arena_.Take(wholeBytes);
    if (whole == nullptr) {
      ++dropped_;
      return false;
    }
    std::memcpy(whole + opening, data, sizeBytes);
    whole[0] = 0xF0;
    whole[wholeBytes - 1] = 0xF7;
    data = whole;
  }
  if (wholeBytes <= 3) return AddShort(offset, data, static_cast<uint32_t>(wholeBytes));
  InputEvent event{};
  event.offset = offset;
  event.kind = InputEvent::kMidi;
  event.size = static_cast<uint32_t>(wholeBytes);
  event.data = data;
  return Add(event);
}

bool EventBatch::AddParam(uint32_t offset, uint32_t param, double plain) {
  InputEvent event{};
  event.offset = offset;
  event.kind = InputEvent::kParam;
  event.param = param;
  event.value = plain;
  return Add(event);
}

void EventBatch::Sort(uint32_t frames) {
  const uint32_t last = frames > 0 ? frames - 1 : 0;
  for (InputEvent& event : events_) event.offset = std::min(event.offset, last);
  const auto byOffset = [](const InputEvent& a, const InputEvent& b) { return a.offset < b.offset; };
  if (!std::is_sorted(events_.begin(), events_.end(), byOffset)) Permute();
}

// std::stable_sort allocates; sorting keys that carry the index is as stable and does not.
void EventBatch::Permute() {
  const size_t count = events_.size();
  order_.resize(count);  // within the reserved capacity
  for (size_t i = 0; i < count; ++i) order_[i] = uint64_t{events_[i].offset} << 32 | i;
  std::sort(order_.begin(), order_.end());
  for (uint64_t& from : order_) from &= UINT32_MAX;
  // order_[place] now says whose event belongs there. Follow each cycle once; a place that is done
  // points to itself.
  for (size_t start = 0; start < count; ++start) {
    if (order_[start] == start) continue;
    const InputEvent held = events_[start];
    size_t place = start;
    while (order_[place] != start) {
      const size_t from = order_[place];
      events_[place] = events_[from];
      order_[place] = place;
      place = from;
    }
    events_[place] = held;
    order_[place] = place;
  }
}

}  // namespace jambridge
