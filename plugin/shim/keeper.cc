#include "plugin/shim/keeper.h"

#include <algorithm>
#include <chrono>

#include "bridge/shm/clock.h"
#include "bridge/shm/engine-role.h"
#include "plugin/shim/helper-thread.h"
#include "plugin/shim/thread-check.h"

namespace jambridge {
namespace {

constexpr uint32_t kReapEveryTicks = 20;
constexpr int kRemoveWaitMs = 1000;

std::mutex processMutex;
std::weak_ptr<Keeper> processKeeper;

uint32_t StatusOf(const SlotView& view) {
  if (!EngineAlive(*view.header, HeartbeatNow())) return static_cast<uint32_t>(SlotStatus::kNoEngine);
  return std::min(view.control->slotStatus.load(std::memory_order_acquire),
                  static_cast<uint32_t>(SlotStatus::kRefused));
}

}  // namespace

std::shared_ptr<Keeper> Keeper::Acquire() {
  AssertMainThread("Keeper::Acquire");
  const std::lock_guard lock(processMutex);
  std::shared_ptr<Keeper> keeper = processKeeper.lock();
  if (keeper == nullptr) {
    keeper = std::make_shared<Keeper>();
    processKeeper = keeper;
  }
  return keeper;
}

Keeper::Keeper()
    : objectName_(SegmentObjectName(SegmentNameFromEnvironment())),
      thread_(StartHelperThread("jambridge-keep", [this] { Run(); })) {}

Keeper::~Keeper() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Keeper::Add(Attachment* attachment) {
  AssertMainThread("Keeper::Add");
  const std::lock_guard lock(mutex_);
  attachments_.push_back(attachment);
  RefreshSegment();
  Care(*attachment);
}

void Keeper::Remove(Attachment* attachment) {
  AssertMainThread("Keeper::Remove");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kRemoveWaitMs);
  std::unique_lock lock(mutex_);
  std::erase(attachments_, attachment);
  for (int views = 0; views < 2; views++) {  // one withdrawn before, one current
    if (!attachment->HasWithdrawn()) attachment->Withdraw();
    // A host may not deactivate while it processes; one that does all the same gets a moment.
    while (!attachment->Quiet() && std::chrono::steady_clock::now() < deadline) {
      wake_.wait_for(lock, std::chrono::milliseconds(1));
    }
    std::unique_ptr<SlotView> view = attachment->TakeWithdrawn();
    if (view == nullptr) continue;
    if (attachment->Quiet())
      Dispose(std::move(view));
    else
      static_cast<void>(view.release());  // stays mapped for ever: better than a crash in the host
  }
}

void Keeper::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    Tick();
    wake_.wait_for(lock, std::chrono::milliseconds(kKeeperPeriodMs), [this] { return stop_; });
  }
}

void Keeper::Tick() {
  RefreshSegment();
  for (Attachment* attachment : attachments_) Care(*attachment);
  if (segment_ != nullptr && ++ticks_ % kReapEveryTicks == 0) ReapDeadSlots(*segment_);
}

bool Keeper::SegmentReplaced(bool engineAlive) const {
  if (segment_->Retired()) return true;
  // Without a living engine the name may have been removed, or mean another object now.
  return !engineAlive && segment_->Name() != NameState::kSame;
}

void Keeper::RefreshSegment() {
  if (segment_ != nullptr && SegmentReplaced(EngineAlive(segment_->header(), HeartbeatNow()))) {
    for (Attachment* attachment : attachments_) {
      if (attachment->current() != nullptr) attachment->Withdraw();
    }
    segment_.reset();  // views still in use keep the mapping
  }
  if (segment_ == nullptr && objectName_) {
    std::string whyNot;
    segment_ = Segment::Open(*objectName_, SegmentAccess::kSparse, &whyNot, &foreignSegment_);
  }
}

void Keeper::Care(Attachment& attachment) {
  attachment.take.Supply();
  if (attachment.HasWithdrawn()) {
    if (!attachment.Quiet()) return;
    Dispose(attachment.TakeWithdrawn());
  }
  if (const SlotView* view = attachment.current()) {
    if (HoldsSlot(*view->segment, view->index, view->claimStamp)) {
      BeatSlot(*view->segment, view->index);
      attachment.status.store(StatusOf(*view), std::memory_order_relaxed);
      return;
    }
    attachment.Withdraw();  // somebody took it, or the segment is corrupt
    if (!attachment.Quiet()) return;
    Dispose(attachment.TakeWithdrawn());
  }
  Claim(attachment);
}

void Keeper::Claim(Attachment& attachment) {
  SlotStatus status = foreignSegment_ ? SlotStatus::kRefused : SlotStatus::kNoEngine;
  if (segment_ != nullptr && EngineAlive(segment_->header(), HeartbeatNow())) {
    const int slot = ClaimSlot(*segment_, attachment.channelsIn, attachment.channelsOut);
    if (slot != kNoSlot) {
      const auto index = static_cast<uint32_t>(slot);
      SlotControl& control = segment_->slot(index);
      attachment.Publish(std::make_unique<SlotView>(SlotView{
          .serial = nextSerial_++,
          .header = &segment_->header(),
          .control = &control,
          .rings = RingsOf(*segment_, index),
          .channelsIn = attachment.channelsIn,
          .channelsOut = attachment.channelsOut,
          .doorbell = &doorbell_,
          .segment = segment_,
          .index = index,
          .claimStamp = control.claimStamp.load(std::memory_order_acquire),
      }));
      status = SlotStatus::kNoPeers;
    } else {
      status = SlotStatus::kRefused;
    }
  }
  attachment.status.store(static_cast<uint32_t>(status), std::memory_order_relaxed);
}

void Keeper::Dispose(std::unique_ptr<SlotView> view) {
  if (view != nullptr) ReleaseSlot(*view->segment, view->index, view->claimStamp);
}

}  // namespace jambridge
