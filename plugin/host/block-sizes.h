// How many frames each process() call gets: always the same, or seeded random.
#pragma once

#include <cstdint>

namespace jambridge::host {

class BlockSizes {
 public:
  static BlockSizes Fixed(uint32_t frames) { return BlockSizes(frames, false, 0); }
  /** Uniform over 1..framesMax; the same seed gives the same sizes on every machine. */
  static BlockSizes Random(uint64_t seed, uint32_t framesMax) { return BlockSizes(framesMax, true, seed); }

  /** [any-thread] */
  uint32_t Next() {
    if (!random_) return framesMax_;
    // The upper half times the range: no division, no bias worth naming.
    return 1 + static_cast<uint32_t>((SplitMix64() >> 32) * framesMax_ >> 32);
  }

  uint32_t framesMax() const { return framesMax_; }
  bool random() const { return random_; }
  uint64_t seed() const { return seed_; }

 private:
  BlockSizes(uint32_t framesMax, bool random, uint64_t seed)
      : framesMax_(framesMax), random_(random), seed_(seed), state_(seed) {}

  uint64_t SplitMix64() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
  }

  uint32_t framesMax_;
  bool random_;
  uint64_t seed_;
  uint64_t state_;
};

}  // namespace jambridge::host
