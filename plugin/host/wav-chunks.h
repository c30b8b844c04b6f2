// The names that WAV files are made of, shared by reader and writer.
#pragma once

#include <cstdint>

namespace jambridge::host {

constexpr uint32_t ChunkId(const char (&text)[5]) {
  return static_cast<uint32_t>(static_cast<uint8_t>(text[0])) | static_cast<uint32_t>(text[1]) << 8 |
         static_cast<uint32_t>(text[2]) << 16 | static_cast<uint32_t>(text[3]) << 24;
}

inline constexpr uint32_t kRiffId = ChunkId("RIFF");
inline constexpr uint32_t kRf64Id = ChunkId("RF64");  // RIFF with 64-bit sizes (EBU Tech 3306)
inline constexpr uint32_t kWaveId = ChunkId("WAVE");
inline constexpr uint32_t kDs64Id = ChunkId("ds64");
inline constexpr uint32_t kJunkId = ChunkId("JUNK");
inline constexpr uint32_t kFormatId = ChunkId("fmt ");
inline constexpr uint32_t kFactId = ChunkId("fact");
inline constexpr uint32_t kDataId = ChunkId("data");

inline constexpr uint16_t kTagPcm = 1;
inline constexpr uint16_t kTagFloat = 3;
inline constexpr uint16_t kTagExtensible = 0xFFFE;
// What follows the two tag bytes in the sub-format GUID of WAVE_FORMAT_EXTENSIBLE.
inline constexpr uint8_t kSubFormatTail[14] = {0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80,
                                               0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};

}  // namespace jambridge::host
