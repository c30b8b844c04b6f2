// Small records in shared memory that one side rewrites whole while the other reads them.
//
// Words are copied by relaxed or ordered atomics, never by memcpy: the other process may be writing
// at this very moment, and a torn copy is detected, not undefined.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bridge/shm/segment-layout.h"

namespace jambridge {

/** Copies `bytes` (a multiple of 4) out of shared memory, each word loaded once. [any-thread] */
inline void LoadSharedWords(void* destination, const void* shared, size_t bytes,
                            int order = __ATOMIC_RELAXED) {
  auto* to = static_cast<std::byte*>(destination);
  const auto* from = static_cast<const uint32_t*>(shared);
  for (size_t i = 0; i < bytes / 4; i++) {
    const uint32_t word = order == __ATOMIC_ACQUIRE ? __atomic_load_n(&from[i], __ATOMIC_ACQUIRE)
                                                    : __atomic_load_n(&from[i], __ATOMIC_RELAXED);
    std::memcpy(to + i * 4, &word, 4);
  }
}

/** Copies `bytes` (a multiple of 4) into shared memory, each word stored once. [any-thread] */
inline void StoreSharedWords(void* shared, const void* source, size_t bytes, int order = __ATOMIC_RELAXED) {
  auto* to = static_cast<uint32_t*>(shared);
  const auto* from = static_cast<const std::byte*>(source);
  for (size_t i = 0; i < bytes / 4; i++) {
    uint32_t word;
    std::memcpy(&word, from + i * 4, 4);
    if (order == __ATOMIC_RELEASE) {
      __atomic_store_n(&to[i], word, __ATOMIC_RELEASE);
    } else {
      __atomic_store_n(&to[i], word, __ATOMIC_RELAXED);
    }
  }
}

/**
 * SYNC POINT seqlock-write (other end: seqlock-read, and Atomics.load of `sequence` in the engine):
 * every data word is a release store, so nobody can see one of them without the odd sequence that
 * came before; the even sequence is a release store too, so who sees it sees all words.
 * One writer at a time. [audio-thread] for the control block
 */
inline void SeqlockWrite(AtomicU32& sequence, void* shared, const void* source, size_t bytes) {
  const uint32_t odd = sequence.load(std::memory_order_relaxed) | 1U;
  sequence.store(odd, std::memory_order_relaxed);
  StoreSharedWords(shared, source, bytes, __ATOMIC_RELEASE);
  sequence.store(odd + 1, std::memory_order_release);
}

/**
 * SYNC POINT seqlock-read (other end: seqlock-write). False when no undisturbed copy was had in
 * `triesMax` tries, as when the writer died in the middle. Wait-free. [any-thread]
 */
inline bool SeqlockRead(const AtomicU32& sequence, const void* shared, void* destination, size_t bytes,
                        int triesMax = 64) {
  for (int i = 0; i < triesMax; i++) {
    const uint32_t before = sequence.load(std::memory_order_acquire);
    if ((before & 1U) != 0) continue;
    LoadSharedWords(destination, shared, bytes, __ATOMIC_ACQUIRE);
    if (sequence.load(std::memory_order_relaxed) == before) return true;
  }
  return false;
}

// The control block without its sequence, which is the first word.
inline constexpr size_t kControlDataOffset = sizeof(AtomicU32);
inline constexpr size_t kControlDataBytes = sizeof(ControlBlock) - kControlDataOffset;
static_assert(offsetof(ControlBlock, streamStamp) == kControlDataOffset && kControlDataBytes % 4 == 0);

/** [audio-thread, active] */
inline void WriteControl(ControlBlock& shared, const ControlBlock& source) {
  SeqlockWrite(shared.sequence, &shared.streamStamp, &source.streamStamp, kControlDataBytes);
}

/** Leaves `destination.sequence` alone. [any-thread] */
inline bool ReadControl(const ControlBlock& shared, ControlBlock& destination) {
  return SeqlockRead(shared.sequence, &shared.streamStamp, &destination.streamStamp, kControlDataBytes);
}

}  // namespace jambridge
