// Windows: the section behind a segment, from its first to its last handle.
#include "bridge/shm/segment.h"

#include "bridge/shm/clock.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/process-identity.h"
#include "bridge/shm/slot.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void TestNames() {
  const std::string whole = *SegmentObjectName("");
  CHECK(whole.starts_with("Local\\jambridge-r" + std::to_string(kSegmentRevision) +
                          "-S-1-"));  // with the user's SID
  CHECK(*SegmentObjectName("a.B_9-") == whole + "-a.B_9-");
  for (const char* bad : {"a/b", "a\\b", "a b", "12345678901234567", "\xC3\xA4", "a\n"})
    CHECK(!SegmentObjectName(bad));
  const TestSegmentName name;
  CHECK(*SegmentObjectName(SegmentNameFromEnvironment()) == name.object);
}

void TestLivesAsLongAsItIsOpen() {
  const TestSegmentName name;
  bool foreign = true;
  std::string why;
  CHECK(Segment::Open(name.object, SegmentAccess::kSparse, &why, &foreign) == nullptr && !why.empty() &&
        !foreign);
  bool created = false;
  auto first = MustCreate(name.object, &created);
  CHECK(created);
  CHECK(UsedBytes(*first) < 1024 * 1024);  // the rest gets memory when it is used
  first->header().publishCount.store(77);
  auto second = MustCreate(name.object, &created);
  CHECK(!created);
  CHECK(first->base() != second->base());
  first.reset();
  CHECK_EQ(MustOpen(name.object, SegmentAccess::kSparse)->header().publishCount.load(), 77U);
  second.reset();
  CHECK(Segment::Open(name.object, SegmentAccess::kSparse, &why) == nullptr);
  CHECK(MustCreate(name.object, &created)->header().publishCount.load() == 0 && created);
}

/** What one has committed, the other sees; what nobody has, nobody can touch. */
void TestSlotsGetMemory() {
  const TestSegmentName name;
  const auto engine = MustCreate(name.object);
  const auto plugin = MustOpen(name.object, SegmentAccess::kSparse);
  const uint64_t before = UsedBytes(*plugin);
  const int slot = ClaimSlot(*plugin, 2, 1);
  CHECK_EQ(slot, 0);
  CHECK_EQ(UsedBytes(*plugin) - before, 2U * kMidiRingBytes + 3U * kChannelRingBytes);
  CHECK(engine->ExposeSlot(0, 2, 1));
  RingsOf(*plugin, 0).capture[kRingFrames] = 0.5F;
  CHECK_EQ(RingsOf(*engine, 0).capture[kRingFrames], 0.5F);
  ReleaseSlot(*plugin, 0, plugin->slot(0).claimStamp.load());
  CHECK_EQ(RingsOf(*engine, 0).capture[kRingFrames], 0.0F);
  MEMORY_BASIC_INFORMATION region;
  CHECK(VirtualQuery(RingsOf(*plugin, 1).capture, &region, sizeof region) != 0 &&
        region.State == MEM_RESERVE);
}

/** Spoils a good section, as one who began to make it and died would, or a vandal; the next engine heals it.
 */
template <typename Spoil>
void ExpectHealed(Spoil&& spoil) {
  const TestSegmentName name;
  const auto old = MustCreate(name.object);
  spoil(old->header());
  std::string why;
  CHECK(Segment::Open(name.object, SegmentAccess::kSparse, &why) == nullptr && !why.empty());
  bool created = true;
  MustCreate(name.object, &created);
  CHECK(!created);
  CHECK(MustOpen(name.object, SegmentAccess::kSparse)->header().slotBytes == kSlotBytes && !old->Retired());
}

void TestSpoiltHeaders() {
  ExpectHealed([](SegmentHeader& header) { header.magic = header.revision = header.slotBytes = 0; });
  ExpectHealed([](SegmentHeader& header) { header.magic = 0x12345678; });
  ExpectHealed([](SegmentHeader& header) { header.slotsOffset = 0xFFFFFFFF; });
  ExpectHealed([](SegmentHeader& header) { header.retired.store(5); });
}

void TestEngineRole() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  SegmentHeader& header = segment->header();
  CHECK(ClaimEngine(*segment, "studio").generation == 1);
  CHECK(EngineAlive(header, HeartbeatNow()) && LoadSharedText(header.sessionName) == "studio");
  const EngineClaim second = ClaimEngine(*segment, "other");
  CHECK(!second.ok && second.holderPid == GetCurrentProcessId());
  ReleaseEngine(*segment, true);
  CHECK(!EngineAlive(header, HeartbeatNow()) && segment->Name() == NameState::kSame);
  CHECK(ClaimEngine(*segment, "studio").generation == 2);
  header.engineStartStamp.fetch_xor(1);  // as after another process got the dead one's number
  CHECK(ClaimEngine(*segment, "studio").generation == 3);
}

void TestProcessIdentity() {
  const ProcessIdentity self = ThisProcess();
  CHECK(self.pid == GetCurrentProcessId() && self.startStamp != 0);
  CHECK(ProcessLiveness(self.pid, self.startStamp) == Liveness::kAlive);
  CHECK(ProcessLiveness(self.pid, 0) == Liveness::kAlive);
  CHECK(ProcessLiveness(self.pid, self.startStamp ^ 1) == Liveness::kDead);
  CHECK(ProcessLiveness(0, 1) == Liveness::kDead);
  CHECK(ProcessLiveness(0xFFFFFFFCU, 0) == Liveness::kDead);
}

}  // namespace

int main() {
  TestNames();
  TestLivesAsLongAsItIsOpen();
  TestSlotsGetMemory();
  TestSpoiltHeaders();
  TestEngineRole();
  TestProcessIdentity();
  return 0;
}
