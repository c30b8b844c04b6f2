// Seeded random numbers (SplitMix64): the same run for the same seed, everywhere.
#pragma once

#include <cstdint>
#include <vector>

namespace jambridge::test {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t mixed = state_ += 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBU;
    return mixed ^ mixed >> 31;
  }
  /// 0 .. count - 1
  uint32_t Below(uint32_t count) { return static_cast<uint32_t>(Next() % count); }
  /// -1 .. 1
  float Sample() { return static_cast<float>(static_cast<int32_t>(Next())) / 2147483648.0F; }

 private:
  uint64_t state_;
};

/// Planar noise with its pointers.
class Planar {
 public:
  Planar(uint32_t channels, uint32_t frames) : samples_(channels, std::vector<float>(frames)) {
    for (auto& channel : samples_) pointers_.push_back(channel.data());
  }
  void FillNoise(Random& random) {
    for (auto& channel : samples_) {
      for (float& sample : channel) sample = random.Sample();
    }
  }
  void Fill(float value) {
    for (auto& channel : samples_) channel.assign(channel.size(), value);
  }
  float** pointers() { return pointers_.data(); }
  std::vector<float>& operator[](uint32_t channel) { return samples_[channel]; }
  uint32_t channels() const { return static_cast<uint32_t>(samples_.size()); }

 private:
  std::vector<std::vector<float>> samples_;
  std::vector<float*> pointers_;
};

}  // namespace jambridge::test
