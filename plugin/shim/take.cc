#include "plugin/shim/take.h"

#include <new>

namespace jambridge {

void Take::Prepare(double sampleRate, uint32_t channels) {
  const bool same = sampleRate == sampleRate_.load(std::memory_order_relaxed) && channels == channels_;
  if (same && wanted_.load(std::memory_order_relaxed) && chunks_.capacity() != 0) return;
  Drop();
  sampleRate_.store(sampleRate, std::memory_order_relaxed);
  channels_ = channels;
  chunksMax_ =
      static_cast<uint32_t>(std::min<size_t>(kTakeBytesMax / TakeChunk::BytesFor(channels), kTakeChunksMax));
  indexes_.reserve(chunksMax_);
  writtenAt_.reserve(chunksMax_);
  chunks_.reserve(chunksMax_);
}

void Take::Supply() {
  if (!wanted_.load(std::memory_order_relaxed)) return;
  for (TakeChunk* chunk = used_.Pop(); chunk != nullptr; chunk = used_.Pop()) {
    chunk->Clear();
    if (!spares_.Push(chunk)) delete chunk;
  }
  while (spares_.Count() < kSparesWanted) {
    try {
      auto chunk = std::make_unique<TakeChunk>(channels_);
      if (!spares_.Push(chunk.get())) return;
      static_cast<void>(chunk.release());
    } catch (const std::bad_alloc&) {
      return;  // the take ends here; nothing else suffers
    }
  }
}

TakeChunk* Take::Find(int64_t index) {
  if (last_ < indexes_.size() && indexes_[last_] == index) return chunks_[last_];
  const auto found = std::find(indexes_.begin(), indexes_.end(), index);
  if (found == indexes_.end()) return nullptr;
  last_ = static_cast<size_t>(found - indexes_.begin());
  return chunks_[last_];
}

TakeChunk* Take::ChunkToWrite(int64_t index) {
  if (TakeChunk* chunk = Find(index)) {
    writtenAt_[last_] = ++writes_;
    return chunk;
  }
  const bool full = chunks_.size() == chunksMax_;
  if (full && used_.Count() == used_.kCapacityMax) return nullptr;  // nowhere to put the one that must go
  TakeChunk* chunk = spares_.Pop();
  if (chunk == nullptr) return nullptr;
  last_ = full ? OldestPlace() : NewPlace();
  indexes_[last_] = index;
  writtenAt_[last_] = ++writes_;
  chunks_[last_] = chunk;
  chunksHeld_.store(static_cast<uint32_t>(chunks_.size()), std::memory_order_relaxed);
  return chunk;
}

size_t Take::NewPlace() {
  indexes_.push_back(0);  // within the capacity reserved: no allocation
  writtenAt_.push_back(0);
  chunks_.push_back(nullptr);
  return chunks_.size() - 1;
}

size_t Take::OldestPlace() {
  const auto oldest = std::min_element(writtenAt_.begin(), writtenAt_.end());
  const auto place = static_cast<size_t>(oldest - writtenAt_.begin());
  static_cast<void>(used_.Push(chunks_[place]));
  return place;
}

bool Take::WriteMidi(int64_t position, const uint8_t* data, uint32_t size) {
  bool written = false;
  ForEachPart(position, 1, [&](uint32_t, int64_t index, uint32_t at, uint32_t) {
    TakeChunk* chunk = ChunkToWrite(index);
    written = chunk != nullptr && chunk->AddMidi(at, data, size);
  });
  return written;
}

void Take::Drop() {
  for (TakeChunk* chunk : chunks_) delete chunk;
  for (TakeChunk* chunk = spares_.Pop(); chunk != nullptr; chunk = spares_.Pop()) delete chunk;
  for (TakeChunk* chunk = used_.Pop(); chunk != nullptr; chunk = used_.Pop()) delete chunk;
  indexes_.clear();
  writtenAt_.clear();
  chunks_.clear();
  last_ = 0;
  chunksHeld_.store(0, std::memory_order_relaxed);
}

}  // namespace jambridge
