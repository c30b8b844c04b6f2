// The named object behind a segment, before anything of it is mapped: judged, made, replaced.
#pragma once

#include <string>

#include "bridge/shm/segment.h"

namespace jambridge {

enum class Verdict {
  kOurs,
  kNone,     // no such name
  kUnborn,   // without magic: being made, or its maker died
  kForeign,  // ours to replace: another revision, another size, garbage, retired
  kRefused,  // not ours to touch
};

struct ObjectLook {
  Verdict verdict;
  int descriptor;  // owned by the caller; -1 when kNone or kRefused
  std::string why;
};

/** [main-thread] [engine-thread] */
ObjectLook LookAtObject(const std::string& objectName);

inline constexpr int kNotMade = -1;
inline constexpr int kSomebodyWasFaster = -2;

/** A descriptor of a new whole object, or one of the two above. [engine-thread] */
int MakeObject(const std::string& objectName, std::string* why);

/** Tells those who map it to look again; removes the name if it still means this object. [engine-thread] */
void RetireAndUnlink(const std::string& objectName, int descriptor);

NameState NameStateOf(const std::string& objectName, int descriptor);

std::string ErrorText(const char* what);

}  // namespace jambridge
