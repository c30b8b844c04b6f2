// The tie between process() and a slot: a view is never disposed of while a pass may use it.
#include "plugin/shim/attachment.h"

#include <atomic>
#include <thread>

#include "test/support/check.h"

using namespace jambridge;

namespace {

std::unique_ptr<SlotView> MakeView(uint64_t serial) {
  return std::make_unique<SlotView>(SlotView{.serial = serial,
                                             .header = nullptr,
                                             .control = nullptr,
                                             .rings = {},
                                             .channelsIn = 2,
                                             .channelsOut = 2,
                                             .doorbell = nullptr,
                                             .segment = nullptr,
                                             .index = 0,
                                             .claimStamp = 0});
}

void TestByHand() {
  std::atomic<uint32_t> status{0};
  Take take;
  Attachment attachment(2, 2, status, take);
  CHECK(attachment.Begin() == nullptr);
  attachment.End();
  attachment.Publish(MakeView(1));
  const SlotView* view = attachment.Begin();
  CHECK(view != nullptr && view->serial == 1);
  attachment.Withdraw();
  CHECK(attachment.HasWithdrawn() && !attachment.Quiet());  // the pass still runs
  CHECK_EQ(view->serial, 1U);
  attachment.End();
  CHECK(attachment.Quiet());
  CHECK(attachment.Begin() == nullptr);
  CHECK(attachment.Quiet());  // a later pass has nothing to do with it
  attachment.End();
  CHECK(attachment.TakeWithdrawn()->serial == 1 && !attachment.HasWithdrawn());
  attachment.Publish(MakeView(2));
  attachment.Withdraw();
  CHECK(attachment.Quiet());  // nobody was there
}

/** Views come and go as fast as they can; each is spoiled before it is freed. */
void TestThreads() {
  std::atomic<uint32_t> status{0};
  Take take;
  Attachment attachment(2, 2, status, take);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> used{0};
  std::thread audio([&] {
    while (!stop) {
      if (const SlotView* view = attachment.Begin()) {
        for (int i = 0; i < 20; i++) CHECK(view->channelsIn == 2);
        used++;
      }
      attachment.End();
    }
  });
  for (uint64_t serial = 1; serial <= 3000 || used < 10; serial++) {
    attachment.Publish(MakeView(serial));
    if (serial % 16 == 0) std::this_thread::yield();
    attachment.Withdraw();
    while (!attachment.Quiet()) std::this_thread::yield();
    attachment.TakeWithdrawn()->channelsIn = 0;
  }
  stop = true;
  audio.join();
}

}  // namespace

int main() {
  TestByHand();
  TestThreads();
  return 0;
}
