// Little-endian integers in byte buffers, whatever their alignment.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace jambridge::host {

static_assert(std::endian::native == std::endian::little, "the WAV code copies machine words");

template <typename T>
T LoadLe(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename T>
void StoreLe(uint8_t* bytes, T value) {
  std::memcpy(bytes, &value, sizeof value);
}

}  // namespace jambridge::host
