// WAV files in memory, made by hand, so that the reader is not tested by our own writer alone.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "plugin/host/host-error.h"
#include "plugin/host/wav-reader.h"

namespace jambridge::test {

using Bytes = std::vector<uint8_t>;

template <typename T>
void Put(Bytes& bytes, T value) {
  const size_t at = bytes.size();
  bytes.resize(at + sizeof value);
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

inline void PutText(Bytes& bytes, const char* text) {
  bytes.insert(bytes.end(), text, text + std::strlen(text));
}

struct WavShape {
  uint16_t tag = 1;
  uint16_t channels = 2;
  uint32_t rate = 48000;
  uint16_t bits = 16;
  bool extensible = false;
  const char* riff = "RIFF";
  const char* before = "";  // a chunk of this name, of odd size, before the samples
};

inline Bytes MakeWav(const WavShape& shape, const Bytes& data) {
  Bytes bytes;
  PutText(bytes, shape.riff);
  Put(bytes, uint32_t{0});  // many writers leave nonsense here
  PutText(bytes, "WAVEfmt ");
  Put(bytes, uint32_t{shape.extensible ? 40U : 16U});
  Put(bytes, static_cast<uint16_t>(shape.extensible ? 0xFFFE : shape.tag));
  Put(bytes, shape.channels);
  Put(bytes, shape.rate);
  const auto frameBytes = static_cast<uint16_t>(shape.channels * shape.bits / 8);
  Put(bytes, shape.rate * frameBytes);
  Put(bytes, frameBytes);
  Put(bytes, shape.bits);
  if (shape.extensible) {
    Put(bytes, uint16_t{22});
    Put(bytes, shape.bits);
    Put(bytes, uint32_t{3});
    Put(bytes, shape.tag);
    const uint8_t tail[14] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};
    bytes.insert(bytes.end(), tail, tail + 14);
  }
  if (shape.before[0] != '\0') {
    PutText(bytes, shape.before);
    Put(bytes, uint32_t{3});
    PutText(bytes, "abc");
    bytes.push_back(0);
  }
  PutText(bytes, "data");
  Put(bytes, static_cast<uint32_t>(data.size()));
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

inline host::WavReader Open(const Bytes& bytes) {
  return host::WavReader(std::make_unique<host::MemorySource>(bytes), "test.wav");
}

/** The message with which the reader refuses; empty: it does not. */
inline std::string Refusal(const Bytes& bytes) {
  try {
    host::WavReader reader = Open(bytes);
    std::vector<float> samples(64 * reader.channels());
    while (reader.Read(samples.data(), 64) > 0) {
    }
    return "";
  } catch (const host::HostError& error) {
    return error.what();
  }
}

}  // namespace jambridge::test
