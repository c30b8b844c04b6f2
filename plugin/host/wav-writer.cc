#include "plugin/host/wav-writer.h"

#include <algorithm>
#include <array>

#include "plugin/host/little-endian.h"
#include "plugin/host/wav-chunks.h"

namespace jambridge::host {

namespace {

// RIFF 12 | JUNK or ds64 8+28 | fmt 8+18 | fact 8+4 | data 8
constexpr size_t kHeaderBytes = 94;
constexpr uint64_t kRiffBytesMax = 0xFFFFFFFFULL;
constexpr uint32_t kDs64Bytes = 28;
constexpr uint32_t kFormatBytes = 18;

bool IsFloat(SampleFormat format) {
  return format == SampleFormat::kFloat32 || format == SampleFormat::kFloat64;
}

}  // namespace

WavWriter::WavWriter(const std::string& path, uint32_t rate, uint32_t channels, SampleFormat format)
    : file_(path), rate_(rate), channels_(channels), format_(format) {
  UpdateHeader();
}

void WavWriter::Append(const float* interleaved, size_t frames) {
  const size_t samples = frames * channels_;
  scratch_.resize(samples * SampleBytes(format_));
  clippedSamples_ += EncodeSamples(format_, interleaved, samples, scratch_.data());
  file_.WriteAt(kHeaderBytes + dataBytes_, scratch_.data(), scratch_.size());
  dataBytes_ += scratch_.size();
  frames_ += frames;
}

void WavWriter::UpdateHeader() {
  std::array<uint8_t, kHeaderBytes> header{};
  const uint64_t riffBytes = kHeaderBytes - 8 + dataBytes_ + (dataBytes_ & 1);
  const bool wide = riffBytes > kRiffBytesMax;
  const auto narrow = [wide](uint64_t value) {
    return wide ? 0xFFFFFFFFU : static_cast<uint32_t>(std::min(value, kRiffBytesMax));
  };
  uint8_t* at = header.data();
  const auto put = [&at](auto value) {
    StoreLe(at, value);
    at += sizeof value;
  };
  put(wide ? kRf64Id : kRiffId);
  put(narrow(riffBytes));
  put(kWaveId);
  put(wide ? kDs64Id : kJunkId);
  put(kDs64Bytes);
  put(wide ? riffBytes : uint64_t{0});
  put(wide ? dataBytes_ : uint64_t{0});
  put(wide ? frames_ : uint64_t{0});
  put(uint32_t{0});
  const uint32_t frameBytes = channels_ * SampleBytes(format_);
  put(kFormatId);
  put(kFormatBytes);
  put(IsFloat(format_) ? kTagFloat : kTagPcm);
  put(static_cast<uint16_t>(channels_));
  put(rate_);
  put(rate_ * frameBytes);
  put(static_cast<uint16_t>(frameBytes));
  put(static_cast<uint16_t>(SampleBytes(format_) * 8));
  put(uint16_t{0});
  put(kFactId);
  put(uint32_t{4});
  put(narrow(frames_));
  put(kDataId);
  put(narrow(dataBytes_));
  file_.WriteAt(0, header.data(), header.size());
}

void WavWriter::Finish() {
  const uint8_t pad = 0;
  if (dataBytes_ & 1) file_.WriteAt(kHeaderBytes + dataBytes_, &pad, 1);
  UpdateHeader();
  file_.Close();
}

}  // namespace jambridge::host
