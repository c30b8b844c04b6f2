// WAV files in: RIFF and RF64, PCM 16/24/32, float 32/64, plain or WAVE_FORMAT_EXTENSIBLE, 1 to 16 channels.
//
// The file comes from outside: every size in it is checked against the bytes that are there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/host/byte-source.h"
#include "plugin/host/sample-format.h"

namespace jambridge::host {

class WavReader {
 public:
  /** Reads the header; throws HostError that says what is wrong and at which byte. [main-thread] */
  WavReader(std::unique_ptr<ByteSource> source, std::string name);

  uint32_t rate() const { return rate_; }
  uint32_t channels() const { return channels_; }
  SampleFormat sampleFormat() const { return format_; }
  uint64_t frames() const { return frames_; }

  /**
   * Decodes up to `frames` frames, interleaved, from where the last call ended. Returns how many;
   * fewer only at the end. Throws when the file shrank meanwhile. [main-thread]
   */
  size_t Read(float* interleaved, size_t frames);

 private:
  struct Chunk {
    uint64_t offset;  // of the chunk's header
    uint32_t id;
    uint32_t bytes;
  };

  Chunk ReadChunkHeader(uint64_t offset);
  void ReadHeader();
  void ReadFormat(const Chunk& chunk);
  void ReadDataSize(const Chunk& chunk, uint64_t bytes64);
  void ReadExact(uint64_t offset, void* dest, size_t bytes, const char* what);
  [[noreturn]] void Refuse(const std::string& what) const;

  const std::unique_ptr<ByteSource> source_;
  const std::string name_;
  uint32_t rate_ = 0;  // 0: no format chunk seen yet
  uint32_t channels_ = 0;
  SampleFormat format_ = SampleFormat::kPcm16;
  uint32_t frameBytes_ = 0;
  uint64_t dataOffset_ = 0;
  uint64_t frames_ = 0;
  uint64_t nextFrame_ = 0;
  std::vector<uint8_t> scratch_;
};

}  // namespace jambridge::host
