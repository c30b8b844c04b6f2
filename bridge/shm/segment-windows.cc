// Windows: a segment is a section of the paging file with a name in the session's namespace. It lives as long
// as somebody has it open, so there is nothing to unlink, and the revision is part of its name: another
// revision is another section. Pages have memory once they are committed, which all who map it then see.
#include <windows.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "bridge/shm/segment-name.h"
#include "bridge/shm/segment.h"
#include "bridge/shm/slot-memory.h"

namespace jambridge {
namespace {

constexpr int kBirthPolls = 50;
constexpr DWORD kBirthPollMs = 5;

HANDLE HandleOf(int descriptor) { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(descriptor)); }
// Handles have 32 significant bits, in 64-bit programs too.
int DescriptorOf(HANDLE handle) { return static_cast<int>(reinterpret_cast<intptr_t>(handle)); }

std::string ErrorText(const char* what) {
  return std::string(what) + ": error " + std::to_string(GetLastError());
}

bool Commit(std::byte* from, size_t bytes) {
  return bytes == 0 || VirtualAlloc(from, bytes, MEM_COMMIT, PAGE_READWRITE) != nullptr;
}

/** Header, status and every slot's control page: what all processes touch without asking. */
bool CommitCommonPages(std::byte* base) {
  bool ok = Commit(base, kSlotsOffset);
  for (uint32_t slot = 0; slot < kSlotCount && ok; slot++) {
    ok = Commit(base + kSlotsOffset + static_cast<size_t>(slot) * kSlotBytes, kControlPageBytes);
  }
  return ok;
}

std::byte* MapSection(HANDLE section) {
  auto* base = static_cast<std::byte*>(MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, kSegmentBytes));
  if (base == nullptr || CommitCommonPages(base)) return base;
  UnmapViewOfFile(base);
  return nullptr;
}

SegmentHeader& HeaderOf(std::byte* base) { return *reinterpret_cast<SegmentHeader*>(base); }

/** SYNC POINT segment-magic (both ends here): who sees the magic sees the whole header. */
bool IsBorn(std::byte* base) {
  return __atomic_load_n(&HeaderOf(base).magic, __ATOMIC_ACQUIRE) == kSegmentMagic;
}

void WriteHeader(std::byte* base) {
  SegmentHeader& header = HeaderOf(base);
  header.revision = kSegmentRevision;
  header.headerBytes = kHeaderBytes;
  header.statusOffset = kStatusOffset;
  header.statusBytes = kStatusBytes;
  header.slotsOffset = kSlotsOffset;
  header.slotCount = kSlotCount;
  header.slotBytes = kSlotBytes;
  header.segmentBytes = kSegmentBytes;
  __atomic_store_n(&header.magic, kSegmentMagic, __ATOMIC_RELEASE);
}

/** Born, of our geometry, and not given up by somebody who found it spoilt. */
bool IsWhole(std::byte* base) {
  const SegmentHeader& header = HeaderOf(base);
  return IsBorn(base) && header.revision == kSegmentRevision && header.headerBytes == kHeaderBytes &&
         header.statusOffset == kStatusOffset && header.statusBytes == kStatusBytes &&
         header.slotsOffset == kSlotsOffset && header.slotCount == kSlotCount &&
         header.slotBytes == kSlotBytes && header.segmentBytes == kSegmentBytes &&
         header.retired.load(std::memory_order_acquire) == 0;
}

/**
 * A section can't be replaced under its name while anybody has it open. But it is ours by its name, and all
 * engines of a revision write the same header: one whose maker died in the middle, or that was spoilt, is
 * written anew.
 */
void HealHeader(std::byte* base) {
  for (int poll = 0; poll < kBirthPolls && !IsBorn(base); poll++) Sleep(kBirthPollMs);
  if (IsWhole(base)) return;
  WriteHeader(base);
  HeaderOf(base).retired.store(0, std::memory_order_release);
}

}  // namespace

std::optional<std::string> SegmentObjectName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (name.size() > 16 || !std::all_of(name.begin(), name.end(), allowed)) return std::nullopt;
  std::string object = ObjectNamePrefix();
  if (!name.empty()) object.append("-").append(name);
  if (object.size() > kObjectNameBytesMax) return std::nullopt;
  return object;
}

std::string SegmentNameFromEnvironment() {
  char name[64];
  const DWORD length = GetEnvironmentVariableA("JAMBRIDGE_SEGMENT", name, sizeof name);
  return length == 0 || length >= sizeof name ? "" : std::string(name, length);
}

Segment::Segment(std::string objectName, int descriptor, std::byte* base, SegmentAccess access)
    : objectName_(std::move(objectName)), descriptor_(descriptor), base_(base), access_(access) {}

Segment::~Segment() {
  UnmapViewOfFile(base_);
  CloseHandle(HandleOf(descriptor_));
}

// Pages without memory can't be touched by anybody, so every mapping may be of the whole.
std::shared_ptr<Segment> Segment::Open(const std::string& objectName, SegmentAccess /*access*/,
                                       std::string* whyNot, bool* foreign) {
  if (foreign != nullptr) *foreign = false;
  HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, objectName.c_str());
  if (section == nullptr) {
    const bool none = GetLastError() == ERROR_FILE_NOT_FOUND;
    if (foreign != nullptr) *foreign = !none;
    if (whyNot != nullptr)
      *whyNot = none ? "no such segment: no engine has run" : ErrorText("OpenFileMapping");
    return nullptr;
  }
  std::byte* base = MapSection(section);
  if (base != nullptr && IsWhole(base)) {
    return std::shared_ptr<Segment>(
        new Segment(objectName, DescriptorOf(section), base, SegmentAccess::kWhole));
  }
  if (whyNot != nullptr)
    *whyNot = base == nullptr ? ErrorText("MapViewOfFile") : "the segment is not made yet, or is spoilt";
  if (foreign != nullptr && base != nullptr) *foreign = HeaderOf(base).magic != 0;
  if (base != nullptr) UnmapViewOfFile(base);
  CloseHandle(section);
  return nullptr;
}

std::shared_ptr<Segment> Segment::CreateOrAdopt(const std::string& objectName, bool* created,
                                                std::string* whyNot) {
  HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE | SEC_RESERVE, 0,
                                      kSegmentBytes, objectName.c_str());
  *created = section != nullptr && GetLastError() != ERROR_ALREADY_EXISTS;
  if (section == nullptr) {
    *whyNot = ErrorText("CreateFileMapping");
    return nullptr;
  }
  std::byte* base = MapSection(section);
  if (base == nullptr) {
    *whyNot = ErrorText("MapViewOfFile");
    CloseHandle(section);
    return nullptr;
  }
  if (*created)
    WriteHeader(base);
  else
    HealHeader(base);
  return std::shared_ptr<Segment>(
      new Segment(objectName, DescriptorOf(section), base, SegmentAccess::kWhole));
}

bool Segment::ExposeSlot(uint32_t slot, uint32_t channelCountIn, uint32_t channelCountOut) {
  std::byte* base = slotBase(slot);
  return Commit(base + kMidiCaptureOffset, 2 * static_cast<size_t>(kMidiRingBytes)) &&
         Commit(base + kCaptureOffset, static_cast<size_t>(channelCountIn) * kChannelRingBytes) &&
         Commit(base + kPlayoutOffset, static_cast<size_t>(channelCountOut) * kChannelRingBytes);
}

void Segment::HideSlot(uint32_t /*slot*/) {}

NameState Segment::Name() const { return Retired() ? NameState::kOther : NameState::kSame; }

// The name goes with the last who has it open.
void Segment::Unlink() const {}
void UnlinkSegment(const std::string& /*objectName*/) {}

}  // namespace jambridge
