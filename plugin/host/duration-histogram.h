// Durations in nanoseconds, counted in buckets at most 1/32 wide: percentiles without keeping values.
//
// One writer; read by another thread only after the writer ended. 15 KiB, no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace jambridge::host {

class DurationHistogram {
 public:
  /** Negative durations count as 0. [audio-thread] */
  void Add(int64_t ns) {
    const auto value = static_cast<uint64_t>(std::max<int64_t>(ns, 0));
    ++buckets_[BucketOf(value)];
    ++count_;
    maxNs_ = std::max(maxNs_, value);
  }

  /** The upper edge of the bucket that holds the quantile, never above the maximum; 0 when empty. */
  uint64_t QuantileNs(double quantile) const {
    const auto rank = static_cast<uint64_t>(quantile * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank || (seen == count_ && count_ > 0)) return std::min(UpperEdge(i), maxNs_);
    }
    return 0;
  }

  uint64_t maxNs() const { return maxNs_; }
  uint64_t count() const { return count_; }

 private:
  static constexpr uint32_t kSubBits = 5;

  static size_t BucketOf(uint64_t value) {
    const auto width = static_cast<uint32_t>(std::bit_width(value));
    if (width <= kSubBits + 1) return value;  // exact below 64
    const uint32_t shift = width - kSubBits - 1;
    return (size_t{shift} << kSubBits) + (value >> shift);
  }
  static uint64_t UpperEdge(size_t bucket) {
    if (bucket < 2U << kSubBits) return bucket;
    const auto shift = static_cast<uint32_t>((bucket >> kSubBits) - 1);
    const uint64_t mantissa = bucket - (size_t{shift} << kSubBits);
    return ((mantissa + 1) << shift) - 1;
  }

  std::array<uint64_t, (65U - kSubBits) << kSubBits> buckets_{};
  uint64_t count_ = 0;
  uint64_t maxNs_ = 0;
};

}  // namespace jambridge::host
