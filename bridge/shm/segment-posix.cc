#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "bridge/shm/segment-name.h"
#include "bridge/shm/segment-object.h"
#include "bridge/shm/segment.h"

namespace jambridge {
namespace {

// An object without magic may be one that another engine is just making: so long we wait for it.
constexpr int kBirthPolls = 50;
constexpr long kBirthPollNs = 5'000'000;
constexpr int kCreateTriesMax = 8;

/**
 * Maps everything without access at first and opens it afterwards: a host that locks all its memory, present
 * and future (mlockall, as Ardour does), would otherwise give every slot of the segment real memory.
 */
std::byte* MapSegment(int descriptor, SegmentAccess access) {
  void* mapped = mmap(nullptr, kSegmentBytes, PROT_NONE, MAP_SHARED, descriptor, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* base = static_cast<std::byte*>(mapped);
  munlock(base, kSegmentBytes);
  constexpr int kReadWrite = PROT_READ | PROT_WRITE;
  bool ok = true;
  if (access == SegmentAccess::kWhole) {
    ok = mprotect(base, kSegmentBytes, kReadWrite) == 0;
  } else {
    ok = mprotect(base, kSlotsOffset, kReadWrite) == 0;
    for (uint32_t slot = 0; slot < kSlotCount && ok; slot++) {
      ok = mprotect(base + kSlotsOffset + static_cast<size_t>(slot) * kSlotBytes, kControlPageBytes,
                    kReadWrite) == 0;
    }
  }
  if (ok) return base;
  munmap(base, kSegmentBytes);
  return nullptr;
}

void SleepNs(long ns) {
  const timespec duration = {0, ns};
  nanosleep(&duration, nullptr);
}

}  // namespace

std::optional<std::string> SegmentObjectName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (name.size() > 16 || !std::all_of(name.begin(), name.end(), allowed)) return std::nullopt;
  std::string object = ObjectNamePrefix() + std::to_string(geteuid());
  if (!name.empty()) object.append("-").append(name);
  if (object.size() > kObjectNameBytesMax) return std::nullopt;
  return object;
}

std::string SegmentNameFromEnvironment() {
  const char* name = std::getenv("JAMBRIDGE_SEGMENT");
  return name == nullptr ? "" : name;
}

Segment::Segment(std::string objectName, int descriptor, std::byte* base, SegmentAccess access)
    : objectName_(std::move(objectName)), descriptor_(descriptor), base_(base), access_(access) {}

Segment::~Segment() {
  munmap(base_, kSegmentBytes);
  close(descriptor_);
}

std::shared_ptr<Segment> Segment::Open(const std::string& objectName, SegmentAccess access,
                                       std::string* whyNot, bool* foreign) {
  const ObjectLook look = LookAtObject(objectName);
  if (foreign != nullptr) *foreign = look.verdict == Verdict::kForeign || look.verdict == Verdict::kRefused;
  if (look.verdict == Verdict::kOurs) {
    if (std::byte* base = MapSegment(look.descriptor, access)) {
      return std::shared_ptr<Segment>(new Segment(objectName, look.descriptor, base, access));
    }
  }
  if (whyNot != nullptr) *whyNot = look.verdict == Verdict::kOurs ? ErrorText("mmap") : look.why;
  if (look.descriptor >= 0) close(look.descriptor);
  return nullptr;
}

std::shared_ptr<Segment> Segment::CreateOrAdopt(const std::string& objectName, bool* created,
                                                std::string* whyNot) {
  for (int i = 0; i < kCreateTriesMax; i++) {
    ObjectLook look = LookAtObject(objectName);
    for (int poll = 0; look.verdict == Verdict::kUnborn && poll < kBirthPolls; poll++) {
      close(look.descriptor);
      SleepNs(kBirthPollNs);
      look = LookAtObject(objectName);
    }
    *whyNot = look.why;
    *created = false;
    if (look.verdict == Verdict::kRefused) return nullptr;
    if (look.verdict == Verdict::kNone) {
      look.descriptor = MakeObject(objectName, whyNot);
      if (look.descriptor == kNotMade) return nullptr;
      if (look.descriptor == kSomebodyWasFaster) continue;
      *created = true;
    } else if (look.verdict != Verdict::kOurs) {
      RetireAndUnlink(objectName, look.descriptor);
      close(look.descriptor);
      continue;
    }
    std::byte* base = MapSegment(look.descriptor, SegmentAccess::kWhole);
    if (base == nullptr) {
      *whyNot = ErrorText("mmap");
      close(look.descriptor);
      return nullptr;
    }
    std::shared_ptr<Segment> segment(new Segment(objectName, look.descriptor, base, SegmentAccess::kWhole));
    if (segment->Name() == NameState::kSame) return segment;
  }
  return nullptr;
}

bool Segment::ExposeSlot(uint32_t slot, uint32_t channelCountIn, uint32_t channelCountOut) {
  if (access_ == SegmentAccess::kWhole) return true;
  constexpr int kReadWrite = PROT_READ | PROT_WRITE;
  std::byte* base = slotBase(slot);
  return mprotect(base + kMidiCaptureOffset, 2 * kMidiRingBytes, kReadWrite) == 0 &&
         mprotect(base + kCaptureOffset, static_cast<size_t>(channelCountIn) * kChannelRingBytes,
                  kReadWrite) == 0 &&
         mprotect(base + kPlayoutOffset, static_cast<size_t>(channelCountOut) * kChannelRingBytes,
                  kReadWrite) == 0;
}

void Segment::HideSlot(uint32_t slot) {
  if (access_ == SegmentAccess::kWhole) return;
  mprotect(slotBase(slot) + kControlPageBytes, kSlotBytes - kControlPageBytes, PROT_NONE);
}

NameState Segment::Name() const { return NameStateOf(objectName_, descriptor_); }

void Segment::Unlink() const {
  if (Name() == NameState::kSame) shm_unlink(objectName_.c_str());
}

void UnlinkSegment(const std::string& objectName) {
  const int descriptor = shm_open(objectName.c_str(), O_RDWR, 0);
  if (descriptor >= 0) {
    RetireAndUnlink(objectName, descriptor);
    close(descriptor);
    return;
  }
  if (errno != ENOENT) shm_unlink(objectName.c_str());
}

}  // namespace jambridge
