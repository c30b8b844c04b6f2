// Linux: an object is a file in /dev/shm.
#include "bridge/shm/segment-name.h"

namespace jambridge {

const size_t kObjectNameBytesMax = 255;

std::string ObjectNamePrefix() { return "/jambridge-"; }

}  // namespace jambridge
