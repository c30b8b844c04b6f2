#include "plugin/shim/pending-midi.h"

#include <algorithm>
#include <cstring>

namespace jambridge {

uint8_t* PendingMidi::Reserve(uint32_t size) {
  if (heap_.size() == kPendingEventsMax) return nullptr;
  reserved_ = {};
  reserved_.size = size;
  reserved_.room = {0, ByteFifo::kNone};
  if (size > kInlineBytes) {
    reserved_.room = long_.Take(size);
    if (reserved_.room.item == ByteFifo::kNone) return nullptr;
  }
  return BytesOf(reserved_);
}

void PendingMidi::Commit(uint64_t frame, uint32_t size) {
  reserved_.frame = frame;
  reserved_.order = nextOrder_++;
  reserved_.size = std::min(size, reserved_.size);
  heap_.push_back(reserved_);  // within the capacity reserved: no allocation
  std::push_heap(heap_.begin(), heap_.end(), Later);
}

void PendingMidi::Abandon() {
  if (reserved_.room.item != ByteFifo::kNone) long_.GiveBack(reserved_.room);
}

bool PendingMidi::Push(uint64_t frame, const uint8_t* data, uint32_t size) {
  uint8_t* room = Reserve(size);
  if (room == nullptr) return false;
  std::memcpy(room, data, size);
  Commit(frame, size);
  return true;
}

PendingMidi::Event PendingMidi::Top() {
  Entry& entry = heap_.front();
  return {entry.frame, entry.size, BytesOf(entry)};
}

void PendingMidi::Pop() {
  std::pop_heap(heap_.begin(), heap_.end(), Later);
  if (heap_.back().room.item != ByteFifo::kNone) long_.GiveBack(heap_.back().room);
  heap_.pop_back();
}

void PendingMidi::Clear() {
  long_.Clear();
  heap_.clear();
}

}  // namespace jambridge
