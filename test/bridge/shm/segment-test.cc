#include "bridge/shm/segment.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cstring>

#include "bridge/shm/slot.h"
#include "test/support/child.h"
#include "test/support/test-segment.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void TestNames() {
  CHECK(*SegmentObjectName("") == "/jambridge-" + std::to_string(geteuid()));
  CHECK(*SegmentObjectName("a.B_9-") == "/jambridge-" + std::to_string(geteuid()) + "-a.B_9-");
  for (const char* bad : {"a/b", "..//x", "a b", "12345678901234567", "\xC3\xA4", "a\n"})
    CHECK(!SegmentObjectName(bad));
  CHECK(!SegmentObjectName(std::string_view("a\0b", 3)));
}

void TestCreateAndAdopt() {
  const TestSegmentName name;
  bool foreign = true;
  std::string why;
  CHECK(Segment::Open(name.object, SegmentAccess::kSparse, &why, &foreign) == nullptr && !why.empty() &&
        !foreign);
  bool created = false;
  const auto first = MustCreate(name.object, &created);
  CHECK(created);
  struct stat info;
  CHECK(fstat(first->descriptor(), &info) == 0);
  CHECK_EQ(info.st_mode & 0777U, 0600U);
  CHECK_EQ(info.st_size, static_cast<off_t>(kSegmentBytes));
  CHECK(UsedBytes(*first) < 1024 * 1024);  // sparse: the rest gets memory when it is used
  CHECK_EQ(first->header().magic, kSegmentMagic);
  first->header().publishCount.store(77);
  const auto second = MustCreate(name.object, &created);
  CHECK(!created);
  CHECK_EQ(second->header().publishCount.load(), 77U);
  CHECK(first->Name() == NameState::kSame);
}

void TestUmask() {
  const TestSegmentName name;
  const mode_t before = umask(0377);
  const auto segment = MustCreate(name.object);
  umask(before);
  struct stat info;
  CHECK(fstat(segment->descriptor(), &info) == 0);
  CHECK_EQ(info.st_mode & 0777U, 0600U);
}

/** Spoils a good segment and expects that it is told apart, retired, and replaced. */
template <typename Spoil>
void ExpectReplaced(Spoil&& spoil) {
  const TestSegmentName name;
  const auto old = MustCreate(name.object);
  spoil(*old);
  bool foreign = false;
  std::string why;
  CHECK(Segment::Open(name.object, SegmentAccess::kSparse, &why, &foreign) == nullptr);
  CHECK(foreign && !why.empty());
  bool created = false;
  const auto fresh = MustCreate(name.object, &created);
  CHECK(created);
  CHECK(old->Retired());
  CHECK(!fresh->Retired());
  CHECK(old->Name() == NameState::kOther);
  CHECK(fresh->Name() == NameState::kSame);
}

void TestForeignObjects() {
  ExpectReplaced([](Segment& s) { s.header().revision = kSegmentRevision + 1; });
  ExpectReplaced([](Segment& s) { s.header().magic = 0x12345678; });
  ExpectReplaced([](Segment& s) { s.header().slotBytes = 4096; });
  ExpectReplaced([](Segment& s) { s.header().slotsOffset = 0xFFFFFFFF; });
  ExpectReplaced([](Segment& s) { s.header().retired.store(5); });
  ExpectReplaced([](Segment& s) { CHECK(ftruncate(s.descriptor(), 100000) == 0); });
  ExpectReplaced([](Segment& s) { CHECK(ftruncate(s.descriptor(), 2U * kSegmentBytes) == 0); });
  ExpectReplaced([](Segment& s) { CHECK(fchmod(s.descriptor(), 0644) == 0); });
}

/** An object that somebody began to make and did not finish. */
void TestUnborn(off_t size) {
  const TestSegmentName name;
  const int stillborn = shm_open(name.object.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(stillborn >= 0 && ftruncate(stillborn, size) == 0);
  std::string why;
  CHECK(Segment::Open(name.object, SegmentAccess::kSparse, &why) == nullptr && !why.empty());
  bool created = false;
  MustCreate(name.object, &created);
  CHECK(created);
  close(stillborn);
}

void TestGarbageObject() {
  const TestSegmentName name;
  const int file = shm_open(name.object.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  const char text[] = "this is no segment";
  CHECK(file >= 0 && write(file, text, sizeof text) == static_cast<ssize_t>(sizeof text));
  close(file);
  bool created = false;
  MustCreate(name.object, &created);
  CHECK(created);
}

void TestUnlink() {
  const TestSegmentName name;
  const auto segment = MustCreate(name.object);
  UnlinkSegment(name.object);
  CHECK(segment->Name() == NameState::kGone);
  CHECK(segment->Retired());
  const auto next = MustCreate(name.object);
  segment->Unlink();  // not ours any more: nothing happens
  CHECK(next->Name() == NameState::kSame);
}

void TestManyCreatorsMakeOne() {
  const TestSegmentName name;
  constexpr int kCreators = 12;
  pid_t children[kCreators];
  for (pid_t& child : children) {
    child = Fork([&] {
      const auto segment = MustCreate(name.object);
      segment->header().publishCount.fetch_add(1);
      return 0;
    });
  }
  for (const pid_t child : children) CHECK(Succeeded(Join(child)));
  bool created = true;
  CHECK_EQ(MustCreate(name.object, &created)->header().publishCount.load(), static_cast<uint32_t>(kCreators));
  CHECK(!created);
}

void TestSparseAccess() {
  const TestSegmentName name;
  const auto whole = MustCreate(name.object);
  const auto sparse = MustOpen(name.object, SegmentAccess::kSparse);
  const int slot = ClaimSlot(*sparse, 2, 2);
  CHECK_EQ(slot, 0);
  RingsOf(*sparse, 0).capture[0] = 1;  // ours: accessible
  CHECK_EQ(RingsOf(*whole, 0).capture[0], 1.0F);
  sparse->slot(63).ownerHeartbeatMs.load();  // every control page is
  const pid_t trespasser = Fork([&] {
    signal(SIGSEGV, SIG_DFL);
    *const_cast<volatile float*>(RingsOf(*sparse, 1).playout) = 1;  // another slot's rings are not
    return 0;
  });
  CHECK(!Succeeded(Join(trespasser)));
}

/** A host that locks all its memory, before or after, must not give memory to every slot. */
[[maybe_unused]] void TestLockedHost(bool lockFirst) {
  const TestSegmentName name;
  const uint64_t before = UsedBytes(*MustCreate(name.object));  // not mapped here: the child would inherit it
  constexpr int kNotAllowed = 2;
  const pid_t host = Fork([&] {
    const auto lock = [] { return mlockall(MCL_CURRENT | MCL_FUTURE) == 0; };
    if (lockFirst && !lock()) return kNotAllowed;
    const auto sparse = MustOpen(name.object, SegmentAccess::kSparse);
    CHECK(ClaimSlot(*sparse, 2, 2) >= 0);
    return lockFirst || lock() ? 0 : kNotAllowed;
  });
  const int status = Join(host);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotAllowed) {
    std::printf("not allowed to lock memory here: the locked host was not tested\n");
    return;
  }
  CHECK(Succeeded(status));
  const uint64_t used = UsedBytes(*MustOpen(name.object, SegmentAccess::kSparse));
  CHECK(used > before && used < before + 2 * 1024 * 1024);
}

}  // namespace

int main() {
  TestNames();
  TestCreateAndAdopt();
  TestUmask();
  TestForeignObjects();
  TestUnborn(0);
  TestUnborn(kSegmentBytes);
  TestGarbageObject();
  TestUnlink();
  TestManyCreatorsMakeOne();
  TestSparseAccess();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their shadow memory can't be locked
  TestLockedHost(true);
  TestLockedHost(false);
#endif
  return 0;
}
