#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "bridge/shm/segment-layout.h"
#include "bridge/shm/segment-object.h"
#include "bridge/shm/slot-memory.h"

namespace jambridge {
namespace {

struct GeometryField {
  size_t offset;
  uint32_t value;
};
constexpr GeometryField kGeometry[] = {
    {offsetof(SegmentHeader, revision), kSegmentRevision},
    {offsetof(SegmentHeader, headerBytes), kHeaderBytes},
    {offsetof(SegmentHeader, statusOffset), kStatusOffset},
    {offsetof(SegmentHeader, statusBytes), kStatusBytes},
    {offsetof(SegmentHeader, slotsOffset), kSlotsOffset},
    {offsetof(SegmentHeader, slotCount), kSlotCount},
    {offsetof(SegmentHeader, slotBytes), kSlotBytes},
    {offsetof(SegmentHeader, segmentBytes), kSegmentBytes},
};

/** nullptr, and errno, when there is no memory; touching the page can't fail afterwards. */
std::byte* MapHeader(int descriptor, int protection) {
  if (!ReserveMemory(descriptor, 0, kHeaderBytes)) return nullptr;
  void* mapped = mmap(nullptr, kHeaderBytes, protection, MAP_SHARED, descriptor, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<std::byte*>(mapped);
}

/** Header, status and every slot's control page: what all processes touch without asking. */
bool ReserveCommonPages(int descriptor) {
  bool ok = ReserveMemory(descriptor, 0, kSlotsOffset);
  for (uint32_t slot = 0; slot < kSlotCount && ok; slot++) {
    ok =
        ReserveMemory(descriptor, kSlotsOffset + static_cast<uint64_t>(slot) * kSlotBytes, kControlPageBytes);
  }
  return ok;
}

/** Is it whole, ours, and of this very revision? Looks at the header only. */
Verdict Judge(int descriptor, std::string* why) {
  struct stat info;
  if (fstat(descriptor, &info) != 0) {
    *why = ErrorText("fstat");
    return Verdict::kRefused;
  }
  if (info.st_uid != geteuid()) {
    *why = "the segment belongs to another user";
    return Verdict::kRefused;
  }
  if ((info.st_mode & 0777) != 0600) {
    *why = "the segment is open to others";
    return Verdict::kForeign;
  }
  if (info.st_size == 0) {
    *why = "the segment is not made yet";
    return Verdict::kUnborn;
  }
  // macOS rounds the size up to whole pages.
  if (info.st_size < static_cast<off_t>(kSegmentBytes) ||
      info.st_size >= static_cast<off_t>(kSegmentBytes) + 65536) {
    *why = "the segment has another size";
    return Verdict::kForeign;
  }
  std::byte* mapped = MapHeader(descriptor, PROT_READ);
  if (mapped == nullptr) {
    *why = ErrorText("cannot map the segment's header");
    return Verdict::kRefused;
  }
  const auto word = [&](size_t offset) {
    return __atomic_load_n(reinterpret_cast<const uint32_t*>(mapped + offset), __ATOMIC_ACQUIRE);
  };
  // SYNC POINT segment-magic (other end: WriteHeader): who sees the magic sees the whole header.
  const uint32_t magic = word(offsetof(SegmentHeader, magic));
  const bool retired = word(offsetof(SegmentHeader, retired)) != 0;
  const bool same = std::all_of(std::begin(kGeometry), std::end(kGeometry), [&](const GeometryField& field) {
    return word(field.offset) == field.value;
  });
  munmap(mapped, kHeaderBytes);
  if (magic == 0) {
    *why = "the segment is not made yet";
    return Verdict::kUnborn;
  }
  if (magic != kSegmentMagic)
    *why = "the segment holds something else";
  else if (!same)
    *why = "the segment is of another revision";
  else if (retired)
    *why = "the segment is retired";
  else
    return Verdict::kOurs;
  return Verdict::kForeign;
}

// macOS gives these objects no identity: there only the retired mark tells one from another.
bool SameObject(int a, int b) {
  struct stat first, second;
  return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

void WriteHeader(std::byte* base) {
  for (const GeometryField& field : kGeometry) {
    __atomic_store_n(reinterpret_cast<uint32_t*>(base + field.offset), field.value, __ATOMIC_RELAXED);
  }
  // SYNC POINT segment-magic (other end: Judge).
  __atomic_store_n(reinterpret_cast<uint32_t*>(base + offsetof(SegmentHeader, magic)), kSegmentMagic,
                   __ATOMIC_RELEASE);
}

}  // namespace

std::string ErrorText(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

ObjectLook LookAtObject(const std::string& objectName) {
  const int descriptor = shm_open(objectName.c_str(), O_RDWR, 0);
  if (descriptor < 0) {
    if (errno == ENOENT) return {Verdict::kNone, -1, "no such segment: no engine has run"};
    return {Verdict::kRefused, -1, ErrorText("shm_open")};
  }
  ObjectLook look = {Verdict::kRefused, descriptor, {}};
  look.verdict = Judge(descriptor, &look.why);
  if (look.verdict == Verdict::kRefused) {
    close(descriptor);
    look.descriptor = -1;
  }
  return look;
}

NameState NameStateOf(const std::string& objectName, int descriptor) {
  const int named = shm_open(objectName.c_str(), O_RDWR, 0);
  if (named < 0) return errno == ENOENT ? NameState::kGone : NameState::kOther;
  const bool same = SameObject(named, descriptor);
  close(named);
  return same ? NameState::kSame : NameState::kOther;
}

void RetireAndUnlink(const std::string& objectName, int descriptor) {
  struct stat info;
  if (fstat(descriptor, &info) == 0 && info.st_size >= static_cast<off_t>(kHeaderBytes)) {
    if (std::byte* mapped = MapHeader(descriptor, PROT_READ | PROT_WRITE)) {
      // SYNC POINT segment-retired (other end: Segment::Retired): who maps it looks the name up again.
      reinterpret_cast<SegmentHeader*>(mapped)->retired.store(1, std::memory_order_release);
      munmap(mapped, kHeaderBytes);
    }
  }
  if (NameStateOf(objectName, descriptor) == NameState::kSame) shm_unlink(objectName.c_str());
}

int MakeObject(const std::string& objectName, std::string* why) {
  const int descriptor = shm_open(objectName.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  if (descriptor < 0) {
    *why = ErrorText("shm_open");
    return errno == EEXIST ? kSomebodyWasFaster : kNotMade;
  }
  fchmod(descriptor, 0600);  // a strange umask may have taken our own rights
  if (ftruncate(descriptor, kSegmentBytes) != 0) {
    *why = ErrorText("ftruncate");
  } else if (!ReserveCommonPages(descriptor)) {
    *why = "no shared memory left for the segment";
  } else if (std::byte* mapped = MapHeader(descriptor, PROT_READ | PROT_WRITE)) {
    WriteHeader(mapped);
    munmap(mapped, kHeaderBytes);
    return descriptor;
  } else {
    *why = ErrorText("mmap");
  }
  if (NameStateOf(objectName, descriptor) == NameState::kSame) shm_unlink(objectName.c_str());
  close(descriptor);
  return kNotMade;
}

}  // namespace jambridge
