// Bytes that must stay where they are until the next block: SysEx on its way to or from a host.
//
//   owner: one adapter instance   threads: [audio-thread], Reserve() apart
//   views: valid until Clear()    full: nullptr, and nothing is taken
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace jambridge {

class ByteArena {
 public:
  /// [main-thread, inactive]
  void Reserve(size_t sizeBytes) {
    bytes_.resize(sizeBytes);
    Clear();
  }

  /// [audio-thread]
  void Clear() { usedBytes_ = 0; }

  /// [audio-thread]
  uint8_t* Take(size_t sizeBytes) {
    if (sizeBytes > bytes_.size() - usedBytes_) return nullptr;
    uint8_t* taken = bytes_.data() + usedBytes_;
    usedBytes_ += sizeBytes;
    return taken;
  }

  /// [audio-thread]
  const uint8_t* Copy(const uint8_t* data, size_t sizeBytes) {
    uint8_t* taken = Take(sizeBytes);
    if (taken != nullptr) std::memcpy(taken, data, sizeBytes);
    return taken;
  }

  size_t capacityBytes() const { return bytes_.size(); }

 private:
  std::vector<uint8_t> bytes_;
  size_t usedBytes_ = 0;
};

/// Room for what a block sends to the host; the shim holds no more than this itself.
inline constexpr size_t kOutputArenaBytes = 256 * 1024;

}  // namespace jambridge
