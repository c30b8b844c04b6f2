#include "bridge/shm/seqlock.h"

#include <atomic>
#include <thread>

#include "test/support/check.h"

using namespace jambridge;

namespace {

void Fill(ControlBlock& block, uint64_t number) {
  block.streamStamp = static_cast<uint32_t>(number);
  block.blockFrame = number;
  block.songFrame = -static_cast<int64_t>(number);
  block.tempo = static_cast<double>(number);
  for (char& c : block.name) c = static_cast<char>(number & 0x7F);
  block.streamFrame = number;
}

bool Whole(const ControlBlock& block) {
  const uint64_t number = block.blockFrame;
  bool whole = block.streamStamp == static_cast<uint32_t>(number) && block.streamFrame == number &&
               block.songFrame == -static_cast<int64_t>(number) && block.tempo == static_cast<double>(number);
  for (const char c : block.name) whole = whole && c == static_cast<char>(number & 0x7F);
  return whole;
}

void TestNeverTorn() {
  ControlBlock shared{};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    ControlBlock mine{};
    for (uint64_t i = 1; i <= 200000; i++) {
      Fill(mine, i);
      WriteControl(shared, mine);
    }
    done = true;
  });
  uint64_t last = 0;
  uint64_t reads = 0;
  while (!done) {
    ControlBlock copy{};
    if (!ReadControl(shared, copy)) continue;
    if (copy.blockFrame == 0) continue;  // before the first
    CHECK(Whole(copy));
    CHECK(copy.blockFrame >= last);
    last = copy.blockFrame;
    reads++;
  }
  writer.join();
  CHECK(reads > 0);
  ControlBlock copy{};
  CHECK(ReadControl(shared, copy) && copy.blockFrame == 200000);
}

/** A writer that died in the middle stops nobody. */
void TestDeadWriter() {
  ControlBlock shared{};
  shared.sequence.store(41);
  ControlBlock copy{};
  copy.blockFrame = 7;
  CHECK(!ReadControl(shared, copy));
  CHECK_EQ(copy.blockFrame, 7U);
  ControlBlock next{};
  Fill(next, 9);
  WriteControl(shared, next);  // its successor
  CHECK_EQ(shared.sequence.load(), 42U);
  CHECK(ReadControl(shared, copy) && Whole(copy));
}

}  // namespace

int main() {
  TestNeverTorn();
  TestDeadWriter();
  return 0;
}
