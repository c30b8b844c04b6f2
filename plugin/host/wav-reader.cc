#include "plugin/host/wav-reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "plugin/host/host-error.h"
#include "plugin/host/little-endian.h"
#include "plugin/host/wav-chunks.h"

namespace jambridge::host {

namespace {

constexpr uint32_t kUnknownBytes = 0xFFFFFFFFU;  // RF64, or a writer that could not seek back
constexpr int kChunksMax = 4096;                 // no real file has more before its samples
constexpr uint32_t kRateMin = 1000;
constexpr uint32_t kRateMax = 768000;
constexpr uint32_t kWavChannelsMax = 16;

std::string At(uint64_t offset) { return " at byte " + std::to_string(offset); }

}  // namespace

WavReader::WavReader(std::unique_ptr<ByteSource> source, std::string name)
    : source_(std::move(source)), name_(std::move(name)) {
  ReadHeader();
}

void WavReader::Refuse(const std::string& what) const { Fail(name_ + ": " + what); }

void WavReader::ReadExact(uint64_t offset, void* dest, size_t bytes, const char* what) {
  if (source_->ReadAt(offset, dest, bytes) != bytes) {
    Refuse("truncated WAV: the file ends inside " + std::string(what) + At(offset) + " (" +
           std::to_string(source_->size()) + " bytes in all)");
  }
}

WavReader::Chunk WavReader::ReadChunkHeader(uint64_t offset) {
  uint8_t header[8];
  ReadExact(offset, header, sizeof header, "a chunk header");
  return {offset, LoadLe<uint32_t>(header), LoadLe<uint32_t>(header + 4)};
}

void WavReader::ReadHeader() {
  uint8_t riff[12];
  if (source_->ReadAt(0, riff, sizeof riff) != sizeof riff) {
    Refuse("not a WAV file: only " + std::to_string(source_->size()) + " bytes");
  }
  const auto id = LoadLe<uint32_t>(riff);
  if ((id != kRiffId && id != kRf64Id) || LoadLe<uint32_t>(riff + 8) != kWaveId) {
    Refuse("not a WAV file: it does not begin with RIFF....WAVE");
  }
  uint64_t offset = sizeof riff;
  uint64_t bytes64 = kUnknownBytes;
  for (int i = 0; i < kChunksMax; ++i) {
    if (offset == source_->size())
      Refuse("truncated WAV: the file ends" + At(offset) + " without a data chunk");
    const Chunk chunk = ReadChunkHeader(offset);
    if (chunk.id == kDataId) {
      ReadDataSize(chunk, bytes64);
      return;
    }
    if (chunk.id == kFormatId) ReadFormat(chunk);
    if (chunk.id == kDs64Id && id == kRf64Id) {
      uint8_t sizes[16];
      ReadExact(offset + 8, sizes, sizeof sizes, "the ds64 chunk");
      bytes64 = LoadLe<uint64_t>(sizes + 8);
    }
    offset += 8 + uint64_t{chunk.bytes} + (chunk.bytes & 1);
    if (offset > source_->size()) {
      Refuse("truncated WAV: the chunk" + At(chunk.offset) + " says " + std::to_string(chunk.bytes) +
             " bytes, " + std::to_string(source_->size() - chunk.offset - 8) + " are there");
    }
  }
  Refuse("no data chunk among the first " + std::to_string(kChunksMax) + " chunks");
}

void WavReader::ReadFormat(const Chunk& chunk) {
  std::array<uint8_t, 40> body{};
  if (chunk.bytes < 16) Refuse("the fmt chunk" + At(chunk.offset) + " is too short");
  ReadExact(chunk.offset + 8, body.data(), std::min<size_t>(chunk.bytes, body.size()), "the fmt chunk");
  auto tag = LoadLe<uint16_t>(&body[0]);
  const auto bits = LoadLe<uint16_t>(&body[14]);
  if (tag == kTagExtensible) {
    if (chunk.bytes < 40)
      Refuse("the fmt chunk" + At(chunk.offset) + " is too short for WAVE_FORMAT_EXTENSIBLE");
    if (std::memcmp(&body[26], kSubFormatTail, sizeof kSubFormatTail) != 0) {
      Refuse("unknown sub-format in the fmt chunk" + At(chunk.offset));
    }
    tag = LoadLe<uint16_t>(&body[24]);
  }
  if (tag == kTagPcm && bits == 16) {
    format_ = SampleFormat::kPcm16;
  } else if (tag == kTagPcm && bits == 24) {
    format_ = SampleFormat::kPcm24;
  } else if (tag == kTagPcm && bits == 32) {
    format_ = SampleFormat::kPcm32;
  } else if (tag == kTagFloat && bits == 32) {
    format_ = SampleFormat::kFloat32;
  } else if (tag == kTagFloat && bits == 64) {
    format_ = SampleFormat::kFloat64;
  } else {
    Refuse("unsupported encoding (format " + std::to_string(tag) + ", " + std::to_string(bits) +
           " bits): PCM of 16, 24 or 32 bits and float of 32 or 64 bits can be read");
  }
  channels_ = LoadLe<uint16_t>(&body[2]);
  if (channels_ < 1 || channels_ > kWavChannelsMax) {
    Refuse(std::to_string(channels_) + " channels: 1 to " + std::to_string(kWavChannelsMax) + " can be read");
  }
  const auto rate = LoadLe<uint32_t>(&body[4]);
  if (rate < kRateMin || rate > kRateMax) Refuse("impossible sample rate " + std::to_string(rate) + " Hz");
  frameBytes_ = channels_ * SampleBytes(format_);
  if (LoadLe<uint16_t>(&body[12]) != frameBytes_) {
    Refuse("the fmt chunk" + At(chunk.offset) + " contradicts itself: frames of " +
           std::to_string(LoadLe<uint16_t>(&body[12])) + " bytes, " + std::to_string(frameBytes_) +
           " expected");
  }
  rate_ = rate;
}

void WavReader::ReadDataSize(const Chunk& chunk, uint64_t bytes64) {
  if (rate_ == 0) Refuse("the data chunk" + At(chunk.offset) + " comes before any fmt chunk");
  dataOffset_ = chunk.offset + 8;
  const uint64_t present = source_->size() - dataOffset_;
  uint64_t bytes = chunk.bytes == kUnknownBytes ? bytes64 : chunk.bytes;
  // A writer that streams can't know the size: then the samples reach to the end of the file.
  if (bytes == kUnknownBytes) bytes = present - present % frameBytes_;
  if (bytes > present) {
    Refuse("truncated WAV: the data chunk" + At(chunk.offset) + " says " + std::to_string(bytes) +
           " bytes, " + std::to_string(present) + " are there");
  }
  if (bytes % frameBytes_ != 0) {
    Refuse("the data chunk" + At(chunk.offset) + " has " + std::to_string(bytes) +
           " bytes, no whole number of frames of " + std::to_string(frameBytes_));
  }
  frames_ = bytes / frameBytes_;
}

size_t WavReader::Read(float* interleaved, size_t frames) {
  const auto count = static_cast<size_t>(std::min<uint64_t>(frames, frames_ - nextFrame_));
  if (count == 0) return 0;
  scratch_.resize(count * frameBytes_);
  ReadExact(dataOffset_ + nextFrame_ * frameBytes_, scratch_.data(), scratch_.size(), "the samples");
  DecodeSamples(format_, scratch_.data(), count * channels_, interleaved);
  nextFrame_ += count;
  return count;
}

}  // namespace jambridge::host
