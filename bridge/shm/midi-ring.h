// A ring of MIDI records of any message length. One producer, one consumer; wait-free.
//
//   record: u32 frame | u16 length | u16 flags | length bytes | padding to 4
//
// Positions count bytes ever written or read, modulo 2^32; a record's words lie at (position & mask), so a
// record may wrap anywhere between words, its bytes anywhere. A message longer than kMidiPieceBytesMax
// travels as several records in a row, all but the last marked kMidiContinues. When the ring is full the
// whole message is refused and the producer counts it.
//
// Each side trusts only its own position: the other one is a stranger's number.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bridge/shm/segment-layout.h"

namespace jambridge {

class MidiRingWriter {
 public:
  /** Starts at `position`; the words and bytes belong to the segment. [audio-thread] */
  MidiRingWriter(std::byte* ring, AtomicU32& write, const AtomicU32& read, uint32_t position)
      : ring_(ring), write_(&write), read_(&read), position_(position & ~3U) {}

  /** All pieces of the message, or (false) none: no room, or `size` is 0. [audio-thread] */
  bool Write(uint32_t frame, const uint8_t* data, uint32_t size);

  uint32_t position() const { return position_; }

 private:
  void WriteBytes(uint32_t position, const void* source, uint32_t bytes);

  std::byte* ring_;
  AtomicU32* write_;
  const AtomicU32* read_;
  uint32_t position_;
};

class MidiRingReader {
 public:
  enum class Result { kMessage, kEmpty, kTooLong, kCorrupt };

  /** Sees what is in the ring now. [audio-thread] */
  MidiRingReader(const std::byte* ring, const AtomicU32& write, AtomicU32& read, uint32_t position)
      : ring_(ring), write_(&write), read_(&read), position_(position & ~3U) {
    Look();
  }

  /** Sees what was written since. All work until the next look is bounded by the ring. [audio-thread] */
  void Look();

  /** The size of the next message. kCorrupt: the ring held nonsense; all that was seen is skipped.
   * [audio-thread] */
  Result Peek(uint32_t* size);

  /** Copies the next message and steps over it; kTooLong: it stays. [audio-thread] */
  Result Read(uint8_t* destination, uint32_t capacity, uint32_t* frame, uint32_t* size);

  /** Steps over the next message. [audio-thread] */
  void Skip();

  /** Drops everything up to a position of the producer. [audio-thread] */
  void SkipTo(uint32_t writePosition);

  uint32_t position() const { return position_; }

 private:
  struct Extent {
    uint32_t frame;
    uint32_t size;    // bytes of the message
    uint32_t stride;  // bytes of its records
  };
  Result Measure(Extent* extent);
  void ReadBytes(uint32_t position, void* destination, uint32_t bytes) const;
  MidiRecordHeader ReadHeader(uint32_t position) const;
  void Publish();

  const std::byte* ring_;
  const AtomicU32* write_;
  AtomicU32* read_;
  uint32_t position_;
  uint32_t seen_ = 0;  // the producer's position at the last look
};

}  // namespace jambridge
