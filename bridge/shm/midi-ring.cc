#include "bridge/shm/midi-ring.h"

#include <algorithm>
#include <cstring>

#include "bridge/shm/seqlock.h"

namespace jambridge {
namespace {

constexpr uint32_t kMask = kMidiRingBytes - 1;
constexpr uint32_t kRecordHeaderBytes = sizeof(MidiRecordHeader);
static_assert((kMidiRingBytes & kMask) == 0 && kMidiPieceBytesMax % 4 == 0);

uint32_t Padded(uint32_t bytes) { return (bytes + 3) & ~3U; }

/** Bytes of all records of a message that is shorter than the ring. */
uint32_t StrideOf(uint32_t size) {
  return (size + kMidiPieceBytesMax - 1) / kMidiPieceBytesMax * kRecordHeaderBytes + Padded(size);
}

}  // namespace

bool MidiRingWriter::Write(uint32_t frame, const uint8_t* data, uint32_t size) {
  // SYNC POINT midi-read (other end: the consumer's store of its position): its bytes may be overwritten.
  const uint32_t used = position_ - read_->load(std::memory_order_acquire);
  if (size == 0 || size >= kMidiRingBytes || used > kMidiRingBytes) return false;
  if (StrideOf(size) > kMidiRingBytes - used) return false;
  uint32_t position = position_;
  for (uint32_t done = 0; done < size;) {
    const uint32_t piece = std::min(size - done, kMidiPieceBytesMax);
    const uint16_t flags = done + piece < size ? kMidiContinues : 0;
    const MidiRecordHeader header = {frame, static_cast<uint16_t>(piece), flags};
    WriteBytes(position, &header, kRecordHeaderBytes);
    WriteBytes(position + kRecordHeaderBytes, data + done, piece);
    position += kRecordHeaderBytes + Padded(piece);
    done += piece;
  }
  position_ = position;
  // SYNC POINT midi-write (other end: the consumer's load): all pieces of the message become visible at once.
  write_->store(position, std::memory_order_release);
  return true;
}

void MidiRingWriter::WriteBytes(uint32_t position, const void* source, uint32_t bytes) {
  const uint32_t start = position & kMask;
  const uint32_t head = std::min(bytes, kMidiRingBytes - start);
  std::memcpy(ring_ + start, source, head);
  if (bytes > head) std::memcpy(ring_, static_cast<const std::byte*>(source) + head, bytes - head);
}

void MidiRingReader::Look() {
  // SYNC POINT midi-write (other end: the producer's store): the records up to here are whole.
  seen_ = write_->load(std::memory_order_acquire);
}

MidiRingReader::Result MidiRingReader::Peek(uint32_t* size) {
  Extent extent;
  const Result result = Measure(&extent);
  if (result == Result::kMessage) *size = extent.size;
  return result;
}

MidiRingReader::Result MidiRingReader::Read(uint8_t* destination, uint32_t capacity, uint32_t* frame,
                                            uint32_t* size) {
  Extent extent;
  const Result result = Measure(&extent);
  if (result != Result::kMessage) return result;
  *frame = extent.frame;
  *size = extent.size;
  if (extent.size > capacity) return Result::kTooLong;
  // The sizes are those measured a moment ago, whatever the ring says now: every piece but the last is full.
  uint32_t position = position_;
  for (uint32_t done = 0; done < extent.size;) {
    const uint32_t piece = ReadHeader(position).length;
    const uint32_t bytes = std::min(piece, extent.size - done);
    if (bytes == 0) break;
    ReadBytes(position + kRecordHeaderBytes, destination + done, bytes);
    position += kRecordHeaderBytes + Padded(bytes);
    done += bytes;
  }
  position_ += extent.stride;
  Publish();
  return Result::kMessage;
}

void MidiRingReader::Skip() {
  Extent extent;
  if (Measure(&extent) != Result::kMessage) return;
  position_ += extent.stride;
  Publish();
}

void MidiRingReader::SkipTo(uint32_t writePosition) {
  position_ = writePosition & ~3U;
  if (seen_ - position_ > kMidiRingBytes || seen_ % 4 != 0) seen_ = position_;
  Publish();
}

MidiRingReader::Result MidiRingReader::Measure(Extent* extent) {
  const uint32_t ready = seen_ - position_;
  if (ready == 0) return Result::kEmpty;
  *extent = {0, 0, 0};
  bool continues = ready <= kMidiRingBytes && ready % 4 == 0;
  bool whole = false;
  while (continues && ready - extent->stride >= kRecordHeaderBytes) {
    const MidiRecordHeader header = ReadHeader(position_ + extent->stride);
    const uint32_t stride = kRecordHeaderBytes + Padded(header.length);
    if (header.length == 0 || header.length > kMidiPieceBytesMax || stride > ready - extent->stride) break;
    if (extent->size == 0) extent->frame = header.frame;
    extent->size += header.length;
    extent->stride += stride;
    continues = (header.flags & kMidiContinues) != 0;
    whole = !continues;
  }
  if (whole) return Result::kMessage;
  SkipTo(seen_);
  return Result::kCorrupt;
}

void MidiRingReader::ReadBytes(uint32_t position, void* destination, uint32_t bytes) const {
  const uint32_t start = position & kMask;
  const uint32_t head = std::min(bytes, kMidiRingBytes - start);
  std::memcpy(destination, ring_ + start, head);
  if (bytes > head) std::memcpy(static_cast<std::byte*>(destination) + head, ring_, bytes - head);
}

MidiRecordHeader MidiRingReader::ReadHeader(uint32_t position) const {
  // Each word is loaded once, so that what was checked is what is used.
  uint32_t words[2];
  LoadSharedWords(&words[0], ring_ + (position & kMask), 4);
  LoadSharedWords(&words[1], ring_ + ((position + 4) & kMask), 4);
  return {words[0], static_cast<uint16_t>(words[1]), static_cast<uint16_t>(words[1] >> 16)};
}

void MidiRingReader::Publish() {
  // SYNC POINT midi-read (other end: the producer's load): we are done with the bytes before this position.
  read_->store(position_, std::memory_order_release);
}

}  // namespace jambridge
