// Sample encodings of WAV files, to and from 32-bit float.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jambridge::host {

enum class SampleFormat { kPcm16, kPcm24, kPcm32, kFloat32, kFloat64 };

uint32_t SampleBytes(SampleFormat format);
const char* SampleFormatName(SampleFormat format);

/** `count` samples to float, full scale = 1. 32-bit float keeps every bit (-0, NaN payloads). [any-thread] */
void DecodeSamples(SampleFormat format, const uint8_t* source, size_t count, float* dest);

/**
 * `count` floats to the encoding; integers are rounded, NaN becomes 0. Returns how many samples were
 * clipped at full scale. [any-thread]
 */
size_t EncodeSamples(SampleFormat format, const float* source, size_t count, uint8_t* dest);

}  // namespace jambridge::host
