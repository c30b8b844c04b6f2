// The take: what the network gave while the transport rolled, by position in the song, so that a render can
// have it again. Like tape: what is rolled over anew replaces what was there.
//
//   keeper: makes chunks, silences used ones -> spares -> audio thread: chunks by position
//                        ^------------------- used <------'   when all are in use: the one written longest
//                        ago
//
// Bounded: kTakeBytesMax an instance, given out as it is recorded. Lives as long as the plugin keeps its
// sample rate and its channels; it is in no state and no file.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "plugin/shim/pointer-queue.h"
#include "plugin/shim/take-chunk.h"

namespace jambridge {

inline constexpr size_t kTakeBytesMax = 240 * 1024 * 1024;  // ten minutes of stereo at 48 kHz
inline constexpr uint32_t kTakeChunksMax = 8192;            // where there is MIDI alone
inline constexpr double kTakeSecondsMax = 4 * 3600.0;

class Take {
 public:
  Take() = default;
  ~Take() { Drop(); }
  Take(const Take&) = delete;
  Take& operator=(const Take&) = delete;

  /** Keeps what there is if it is of the same kind and still wanted. [main-thread, inactive] */
  void Prepare(double sampleRate, uint32_t channels);

  /** Wanted: from now on chunks are made ready; unwanted: none is given out any more. [any-thread] */
  void Want(bool wanted) { wanted_.store(wanted, std::memory_order_relaxed); }

  /** Makes chunks ready. Under the keeper's lock. [keeper-thread, main-thread] */
  void Supply();

  /** How much of the song it holds. [any-thread] */
  double Seconds() const {
    return chunksHeld_.load(std::memory_order_relaxed) * kTakeChunkFrames / sampleRate_;
  }

  /** Wet sound at a position of the song: `ready` of `frames` frames came, the rest is silent; events
   * recorded there before are forgotten. `wet(channel)` gives the frames. [audio-thread, active] */
  template <typename Wet>
  void Write(int64_t position, uint32_t frames, uint32_t ready, Wet&& wet) {
    ForEachPart(position, frames, [&](uint32_t done, int64_t index, uint32_t at, uint32_t count) {
      TakeChunk* chunk = ChunkToWrite(index);
      if (chunk == nullptr) return;
      chunk->EraseMidi(at, at + count);
      const uint32_t sounding = ready > done ? std::min(ready - done, count) : 0;
      for (uint32_t channel = 0; channel < channels_; channel++) {
        float* to = chunk->channel(channel) + at;
        std::copy_n(wet(channel) + done, sounding, to);
        std::fill_n(to + sounding, count - sounding, 0.0F);
      }
    });
  }

  /** An event, where sound was written or the room for it is. False: it is left out. [audio-thread, active]
   */
  bool WriteMidi(int64_t position, const uint8_t* data, uint32_t size);

  /** Silence where nothing was recorded. `to(channel)` takes the frames. [audio-thread, active] */
  template <typename To>
  void Read(int64_t position, uint32_t frames, To&& to) {
    ForEachPart(position, frames, [&](uint32_t done, int64_t index, uint32_t at, uint32_t count) {
      TakeChunk* chunk = Find(index);
      for (uint32_t channel = 0; channel < channels_; channel++) {
        float* out = to(channel) + done;
        if (chunk == nullptr) {
          std::fill_n(out, count, 0.0F);
        } else {
          std::copy_n(chunk->channel(channel) + at, count, out);
        }
      }
    });
  }

  /** Calls visit(frames from `position`, data, size), in no order. [audio-thread, active] */
  template <typename Visit>
  void VisitMidi(int64_t position, uint32_t frames, Visit&& visit) {
    ForEachPart(position, frames, [&](uint32_t done, int64_t index, uint32_t at, uint32_t count) {
      const TakeChunk* chunk = Find(index);
      if (chunk == nullptr) return;
      chunk->VisitMidi(at, at + count, [&](uint32_t frame, const uint8_t* data, uint32_t size) {
        visit(done + frame - at, data, size);
      });
    });
  }

 private:
  static constexpr uint32_t kSparesWanted = 16;  // at 192 kHz more than a second of recording

  /** part(frames done before, chunk index, first frame in the chunk, frames) */
  template <typename Part>
  static void ForEachPart(int64_t position, uint32_t frames, Part&& part) {
    for (uint32_t done = 0; done < frames;) {
      const int64_t from = position + done;
      const auto at = static_cast<uint32_t>(from & (kTakeChunkFrames - 1));
      const uint32_t count = std::min(frames - done, kTakeChunkFrames - at);
      part(done, from >> kTakeChunkFramesLog2, at, count);
      done += count;
    }
  }

  TakeChunk* Find(int64_t index);
  TakeChunk* ChunkToWrite(int64_t index);
  size_t NewPlace();
  /** Gives the chunk written longest ago back. */
  size_t OldestPlace();
  void Drop();

  std::atomic<bool> wanted_{false};
  std::atomic<uint32_t> chunksHeld_{0};
  std::atomic<double> sampleRate_{48000};
  uint32_t channels_ = 0;
  uint32_t chunksMax_ = 0;

  PointerQueue<TakeChunk, 32> spares_;  // keeper -> audio
  PointerQueue<TakeChunk, 32> used_;    // audio -> keeper

  // The chunks in use, in parallel rows, so that a search reads little. [audio-thread, active]
  std::vector<int64_t> indexes_;
  std::vector<uint64_t> writtenAt_;
  std::vector<TakeChunk*> chunks_;
  uint64_t writes_ = 0;
  size_t last_ = 0;  // found last: the next part mostly lies in the same chunk
};

}  // namespace jambridge
