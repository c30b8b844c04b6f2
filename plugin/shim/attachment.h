// One instance's tie to a slot, handed from the keeper to process() and back without locks.
//
//   keeper:  Publish(view) ................. Withdraw() -> wait until Quiet() -> dispose of the view
//   audio:   [Begin() ... use view ... End()]  [Begin() ... End()]  ...
//
// `passes_` is odd while process() runs. A view that was withdrawn may still be in use by the pass that was
// running then, by no later one; so it is quiet as soon as that pass has ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "bridge/shm/doorbell.h"
#include "bridge/shm/segment.h"
#include "bridge/shm/slot.h"
#include "plugin/shim/take.h"

namespace jambridge {

/** A claimed slot, immutable. Owner: the attachment; freed by the keeper or at deactivation. */
struct SlotView {
  uint64_t serial;  // of this process; never 0
  SegmentHeader* header;
  SlotControl* control;
  SlotRings rings;
  uint32_t channelsIn;  // rings that have memory
  uint32_t channelsOut;
  const DoorbellClient* doorbell;
  // For the keeper only:
  std::shared_ptr<Segment> segment;
  uint32_t index;
  uint32_t claimStamp;
};

class Attachment {
 public:
  /** `statusOut` and `takeToSupply` outlive the attachment. */
  Attachment(uint32_t channelsInUse, uint32_t channelsOutUse, std::atomic<uint32_t>& statusOut,
             Take& takeToSupply)
      : channelsIn(channelsInUse), channelsOut(channelsOutUse), status(statusOut), take(takeToSupply) {}
  ~Attachment() { delete current_.load(std::memory_order_relaxed); }
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

  const uint32_t channelsIn;
  const uint32_t channelsOut;
  std::atomic<uint32_t>& status;  // SlotStatus; written by the keeper
  Take& take;

  /** The view to use until End(), or nullptr. Wait-free. [audio-thread] */
  const SlotView* Begin() {
    // SYNC POINT view-pass (other end: Withdraw): first "I run", then "which view?", sequentially consistent
    // against "no view any more", then "does it run?".
    passes_.store(passes_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
    return current_.load(std::memory_order_seq_cst);
  }
  void End() {
    // SYNC POINT view-quiet (other end: Quiet): all our use of the view comes before its disposal.
    passes_.store(passes_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // The rest belongs to whoever holds the keeper's lock. [main-thread]

  const SlotView* current() const { return current_.load(std::memory_order_relaxed); }
  bool HasWithdrawn() const { return withdrawn_ != nullptr; }

  void Publish(std::unique_ptr<SlotView> view) {
    // SYNC POINT view-pass (other end: Begin): who sees the pointer sees the view.
    current_.store(view.release(), std::memory_order_seq_cst);
  }

  void Withdraw() {
    // SYNC POINT view-pass (other end: Begin).
    withdrawn_.reset(current_.exchange(nullptr, std::memory_order_seq_cst));
    passAtWithdrawal_ = passes_.load(std::memory_order_seq_cst);
  }

  /** Whether nobody uses the withdrawn view any more. */
  bool Quiet() const {
    // SYNC POINT view-quiet (other end: End).
    return (passAtWithdrawal_ & 1U) == 0 || passes_.load(std::memory_order_acquire) != passAtWithdrawal_;
  }

  std::unique_ptr<SlotView> TakeWithdrawn() { return std::move(withdrawn_); }

 private:
  std::atomic<SlotView*> current_{nullptr};
  std::atomic<uint32_t> passes_{0};
  std::unique_ptr<SlotView> withdrawn_;
  uint32_t passAtWithdrawal_ = 0;
};

}  // namespace jambridge
