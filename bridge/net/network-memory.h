// The memory that a Network and its user share: made once, never moved, freed by the last of them.
//
//   receive slab: batchMax places of datagramStride bytes
//   receive meta: batchMax x kReceiveMetaInts int32
//   send meta:    batchMax x kSendMetaInts int32
//   clock:        one double, CLOCK_MONOTONIC in microseconds when the last wait() ended
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "bridge/net/datagram-batch.h"

namespace jambridge {

class NetworkMemory {
 public:
  static constexpr size_t kAlignment = 64;

  NetworkMemory(uint32_t datagramStride, uint32_t batchMax)
      : receiveSlabBytes(static_cast<size_t>(datagramStride) * batchMax),
        receiveMetaBytes(sizeof(int32_t) * kReceiveMetaInts * batchMax),
        sendMetaBytes(sizeof(int32_t) * kSendMetaInts * batchMax),
        // Zeroed here: the first datagram shall not wait for pages.
        bytes_(new (std::align_val_t(kAlignment)) uint8_t[TotalBytes()]()) {
    receiveSlab = bytes_.get();
    receiveMeta = reinterpret_cast<int32_t*>(receiveSlab + Padded(receiveSlabBytes));
    sendMeta = receiveMeta + Padded(receiveMetaBytes) / sizeof(int32_t);
    clockUs = reinterpret_cast<double*>(sendMeta + Padded(sendMetaBytes) / sizeof(int32_t));
  }

  const size_t receiveSlabBytes;
  const size_t receiveMetaBytes;
  const size_t sendMetaBytes;
  uint8_t* receiveSlab;
  int32_t* receiveMeta;
  int32_t* sendMeta;
  double* clockUs;

 private:
  struct AlignedDelete {
    void operator()(uint8_t* bytes) const { ::operator delete[](bytes, std::align_val_t(kAlignment)); }
  };

  static size_t Padded(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }
  size_t TotalBytes() const {
    return Padded(receiveSlabBytes) + Padded(receiveMetaBytes) + Padded(sendMetaBytes) + kAlignment;
  }

  std::unique_ptr<uint8_t[], AlignedDelete> bytes_;
};

}  // namespace jambridge
