// A segment name of this test process's own, removed at its end.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "bridge/shm/segment.h"
#include "test/support/check.h"
#ifdef _WIN32
#include "test/windows/used-bytes.h"
#endif

namespace jambridge::test {

class TestSegmentName {
 public:
  /** The plugin finds it by the environment. */
  explicit TestSegmentName(const char* suffix = "") : owner_(getpid()) {
    const std::string name = std::to_string(getpid()) + suffix;
    setenv("JAMBRIDGE_SEGMENT", name.c_str(), 1);
    object = *SegmentObjectName(name);
    UnlinkSegment(object);
    // A failed check ends the program without destructors.
    static const int registered = std::atexit(RemoveLast);
    CHECK(registered == 0);
    Last() = {owner_, object};
  }
  ~TestSegmentName() { RemoveLast(); }
  TestSegmentName(const TestSegmentName&) = delete;
  TestSegmentName& operator=(const TestSegmentName&) = delete;

  std::string object;

 private:
  struct Named {
    pid_t owner;
    std::string object;
  };
  static Named& Last() {
    static Named& last = *new Named{};  // outlives all static destructors
    return last;
  }
  static void RemoveLast() {
    if (getpid() == Last().owner && !Last().object.empty()) UnlinkSegment(Last().object);
    Last().object.clear();
  }

  const pid_t owner_;
};

inline std::shared_ptr<Segment> MustCreate(const std::string& object, bool* created = nullptr) {
  bool made = false;
  std::string why;
  std::shared_ptr<Segment> segment = Segment::CreateOrAdopt(object, &made, &why);
  if (segment == nullptr) std::cerr << why << std::endl;
  CHECK(segment != nullptr);
  if (created != nullptr) *created = made;
  return segment;
}

inline std::shared_ptr<Segment> MustOpen(const std::string& object, SegmentAccess access) {
  std::string why;
  std::shared_ptr<Segment> segment = Segment::Open(object, access, &why);
  if (segment == nullptr) std::cerr << why << std::endl;
  CHECK(segment != nullptr);
  return segment;
}

#ifndef _WIN32
inline constexpr bool kMemoryGoesBack = true;

/** Memory that the object really has. */
inline uint64_t UsedBytes(const Segment& segment) {
  struct stat info;
  CHECK(fstat(segment.descriptor(), &info) == 0);
  return static_cast<uint64_t>(info.st_blocks) * 512;
}
#endif

}  // namespace jambridge::test
