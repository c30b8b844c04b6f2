#include "bench/native/process-timer.h"

#include "bench/native/schedule.h"
#include "bridge/shm/audio-ring.h"

namespace jambridge::bench {
namespace {

constexpr size_t kBlocksMax = 1 << 16;

}  // namespace

ProcessTimer::ProcessTimer(const BankOptions& options)
    : channels_(options.channels),
      blockFrames_(options.blockFrames),
      rings_(size_t{2} * options.instances * options.channels * kRingFrames) {
  for (std::vector<int64_t>* list : {&processNs_, &quietNs_, &copyNs_, &bellNs_}) list->reserve(kBlocksMax);
}

void ProcessTimer::Block(PluginBank& bank) {
  if (copiesFirst_) TimeCopies(bank);
  TimeProcess(bank);
  if (!copiesFirst_) TimeCopies(bank);
  copiesFirst_ = !copiesFirst_;
  frame_ += blockFrames_;
}

void ProcessTimer::TimeProcess(PluginBank& bank) {
  const auto count = static_cast<uint32_t>(bank.tracks().size());
  int64_t sumNs = 0;
  int64_t quietSumNs = 0;
  int64_t quiet = 0;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t bellsBefore = bank.BellsRung(i);
    const int64_t startNs = NowNs();
    bank.tracks()[i]->Process();
    const int64_t tookNs = NowNs() - startNs;
    sumNs += tookNs;
    if (bank.BellsRung(i) != bellsBefore) {
      bellNs_.push_back(tookNs);
    } else {
      quietSumNs += tookNs;
      quiet++;
    }
  }
  processNs_.push_back(sumNs / count);
  if (quiet > 0) quietNs_.push_back(quietSumNs / quiet);
}

void ProcessTimer::TimeCopies(PluginBank& bank) {
  const auto count = static_cast<uint32_t>(bank.tracks().size());
  float* ring = rings_.data();
  int64_t sumNs = 0;
  for (auto& track : bank.tracks()) {
    const int64_t startNs = NowNs();
    for (uint32_t c = 0; c < channels_; c++, ring += kRingFrames) {
      WriteRing(ring, frame_, track->in(c), blockFrames_);
    }
    for (uint32_t c = 0; c < channels_; c++, ring += kRingFrames) {
      ReadRing(ring, frame_, track->out(c), blockFrames_);
    }
    sumNs += NowNs() - startNs;
  }
  copyNs_.push_back(sumNs / count);
}

}  // namespace jambridge::bench
