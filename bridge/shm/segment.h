// The shared-memory object and its mapping.
//
//   engine: CreateOrAdopt -> ClaimEngine ... ReleaseEngine
//   others: Open, again and again until there is one
//
// The object is born whole: header first, magic last. An object that is not exactly ours (garbage, an
// older revision) is marked retired for those who still map it, unlinked, and made anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bridge/shm/segment-layout.h"

namespace jambridge {

/**
 * "/jambridge-<uid>" or "/jambridge-<uid>-NAME". Nothing for a name that is not [A-Za-z0-9._-]{1,16} or
 * too long for the system. An empty name is the default segment. [any-thread]
 */
std::optional<std::string> SegmentObjectName(std::string_view name);

/** The name in JAMBRIDGE_SEGMENT, "" if unset. [main-thread] */
std::string SegmentNameFromEnvironment();

enum class SegmentAccess {
  kWhole,   // every byte readable and writable: the engine
  kSparse,  // header, status and control pages; rings only of slots exposed: the plugin
};

/** What the name now refers to, seen from a mapping. */
enum class NameState { kSame, kOther, kGone };

/** Owns descriptor and mapping; kept by shared_ptr for as long as any thread may touch it. */
class Segment {
 public:
  /**
   * Maps an existing object of exactly our revision, or says why not; `foreign`: there is one, but it is of
   * another revision, or no segment at all, or not ours to open. [main-thread]
   */
  static std::shared_ptr<Segment> Open(const std::string& objectName, SegmentAccess access,
                                       std::string* whyNot, bool* foreign = nullptr);

  /** Engine only: opens, or replaces, or creates. [engine-thread] */
  static std::shared_ptr<Segment> CreateOrAdopt(const std::string& objectName, bool* created,
                                                std::string* whyNot);

  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  /** kSegmentBytes, mapped until destruction. */
  std::byte* base() const { return base_; }
  const std::string& objectName() const { return objectName_; }
  int descriptor() const { return descriptor_; }

  SegmentHeader& header() const { return *reinterpret_cast<SegmentHeader*>(base_); }
  std::byte* slotBase(uint32_t slot) const {
    return base_ + kSlotsOffset + static_cast<size_t>(slot) * kSlotBytes;
  }
  SlotControl& slot(uint32_t slot) const { return *reinterpret_cast<SlotControl*>(slotBase(slot)); }

  /** With kSparse: makes a slot's rings (of so many channels) accessible, or all of them not. [main-thread]
   */
  bool ExposeSlot(uint32_t slot, uint32_t channelCountIn, uint32_t channelCountOut);
  void HideSlot(uint32_t slot);
  /** Where a slot's rings are accessible, or nullptr with kSparse. [main-thread] */
  std::byte* MappedRings(uint32_t slot) const {
    return access_ == SegmentAccess::kWhole ? slotBase(slot) + kControlPageBytes : nullptr;
  }

  /** SYNC POINT segment-retired (other end: segment-object's RetireAndUnlink): this object was replaced.
   * [any-thread] */
  bool Retired() const { return header().retired.load(std::memory_order_acquire) != 0; }

  /** [main-thread] */
  NameState Name() const;

  /** Removes the name if it still refers to this object. [engine-thread] */
  void Unlink() const;

 private:
  Segment(std::string objectName, int descriptor, std::byte* base, SegmentAccess access);

  const std::string objectName_;
  const int descriptor_;
  std::byte* const base_;
  const SegmentAccess access_;
};

/** Removes the name whatever it refers to, marking the object retired if it can be mapped. [main-thread] */
void UnlinkSegment(const std::string& objectName);

}  // namespace jambridge
