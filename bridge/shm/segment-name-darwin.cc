// macOS: at most 31 bytes (PSHMNAMLEN); a sandboxed host may only open names that begin with an app group of
// its own, which JAMBRIDGE_APP_GROUP states for both sides.
#include <cstdlib>

#include "bridge/shm/segment-name.h"

namespace jambridge {

const size_t kObjectNameBytesMax = 31;

std::string ObjectNamePrefix() {
  const char* group = std::getenv("JAMBRIDGE_APP_GROUP");
  if (group == nullptr || group[0] == '\0') return "/jambridge-";
  return std::string(group) + "/jb-";
}

}  // namespace jambridge
