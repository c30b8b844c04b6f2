#include "plugin/host/sample-format.h"

#include <cmath>
#include <cstring>

#include "plugin/host/little-endian.h"

namespace jambridge::host {

namespace {

int32_t LoadPcm24(const uint8_t* bytes) {
  // Into the upper 24 bits first, so that the shift back extends the sign.
  const uint32_t upper = static_cast<uint32_t>(bytes[0]) << 8 | static_cast<uint32_t>(bytes[1]) << 16 |
                         static_cast<uint32_t>(bytes[2]) << 24;
  return static_cast<int32_t>(upper) >> 8;
}

/** One sample to an integer of `fullScale` = 2^(bits-1); counts clipping. */
int64_t Quantize(float sample, double fullScale, size_t& clipped) {
  if (std::isnan(sample)) return 0;
  const double scaled = std::nearbyint(static_cast<double>(sample) * fullScale);
  if (scaled > fullScale - 1) {
    ++clipped;
    return static_cast<int64_t>(fullScale) - 1;
  }
  if (scaled < -fullScale) {
    ++clipped;
    return -static_cast<int64_t>(fullScale);
  }
  return static_cast<int64_t>(scaled);
}

}  // namespace

uint32_t SampleBytes(SampleFormat format) {
  switch (format) {
    case SampleFormat::kPcm16:
      return 2;
    case SampleFormat::kPcm24:
      return 3;
    case SampleFormat::kPcm32:
    case SampleFormat::kFloat32:
      return 4;
    case SampleFormat::kFloat64:
      return 8;
  }
  return 0;
}

const char* SampleFormatName(SampleFormat format) {
  switch (format) {
    case SampleFormat::kPcm16:
      return "16";
    case SampleFormat::kPcm24:
      return "24";
    case SampleFormat::kPcm32:
      return "32";
    case SampleFormat::kFloat32:
      return "32f";
    case SampleFormat::kFloat64:
      return "64f";
  }
  return "";
}

void DecodeSamples(SampleFormat format, const uint8_t* source, size_t count, float* dest) {
  switch (format) {
    case SampleFormat::kPcm16:
      for (size_t i = 0; i < count; ++i) {
        dest[i] = static_cast<float>(LoadLe<int16_t>(source + 2 * i)) / 32768.0f;
      }
      break;
    case SampleFormat::kPcm24:
      for (size_t i = 0; i < count; ++i) {
        dest[i] = static_cast<float>(LoadPcm24(source + 3 * i)) / 8388608.0f;
      }
      break;
    case SampleFormat::kPcm32:
      for (size_t i = 0; i < count; ++i) {
        dest[i] = static_cast<float>(static_cast<double>(LoadLe<int32_t>(source + 4 * i)) / 2147483648.0);
      }
      break;
    case SampleFormat::kFloat32:
      std::memcpy(dest, source, 4 * count);
      break;
    case SampleFormat::kFloat64:
      for (size_t i = 0; i < count; ++i) dest[i] = static_cast<float>(LoadLe<double>(source + 8 * i));
      break;
  }
}

size_t EncodeSamples(SampleFormat format, const float* source, size_t count, uint8_t* dest) {
  size_t clipped = 0;
  switch (format) {
    case SampleFormat::kPcm16:
      for (size_t i = 0; i < count; ++i) {
        StoreLe(dest + 2 * i, static_cast<int16_t>(Quantize(source[i], 32768.0, clipped)));
      }
      break;
    case SampleFormat::kPcm24:
      for (size_t i = 0; i < count; ++i) {
        const auto value = static_cast<uint32_t>(Quantize(source[i], 8388608.0, clipped));
        dest[3 * i] = static_cast<uint8_t>(value);
        dest[3 * i + 1] = static_cast<uint8_t>(value >> 8);
        dest[3 * i + 2] = static_cast<uint8_t>(value >> 16);
      }
      break;
    case SampleFormat::kPcm32:
      for (size_t i = 0; i < count; ++i) {
        StoreLe(dest + 4 * i, static_cast<int32_t>(Quantize(source[i], 2147483648.0, clipped)));
      }
      break;
    case SampleFormat::kFloat32:
      std::memcpy(dest, source, 4 * count);
      break;
    case SampleFormat::kFloat64:
      for (size_t i = 0; i < count; ++i) StoreLe(dest + 8 * i, static_cast<double>(source[i]));
      break;
  }
  return clipped;
}

}  // namespace jambridge::host
