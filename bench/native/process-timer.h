// What process() costs, against copying the same frames: input into a ring, a ring into the output, with the
// same strides through rings of the same size, and nothing else. Both in every block, taking turns at being
// first, since the first to touch a block's buffers pays for the others.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/native/plugin-bank.h"

namespace jambridge::bench {

class ProcessTimer {
 public:
  explicit ProcessTimer(const BankOptions& options);

  /** [audio-thread] */
  void Block(PluginBank& bank);

  // One value a block, nanoseconds, the mean of its instances:
  const std::vector<int64_t>& processNs() const { return processNs_; }  // all of process()
  const std::vector<int64_t>& quietNs() const { return quietNs_; }      // of those that rang no doorbell
  const std::vector<int64_t>& copyNs() const { return copyNs_; }
  /** One value a ring: process() that rang the doorbell, nanoseconds. */
  const std::vector<int64_t>& bellNs() const { return bellNs_; }

 private:
  void TimeProcess(PluginBank& bank);
  void TimeCopies(PluginBank& bank);

  uint32_t channels_;
  uint32_t blockFrames_;
  uint64_t frame_ = 0;
  bool copiesFirst_ = false;
  std::vector<float> rings_;  // per instance and channel: one to write, one to read
  std::vector<int64_t> processNs_, quietNs_, copyNs_, bellNs_;
};

}  // namespace jambridge::bench
