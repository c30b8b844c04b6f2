// What objects may be called: where the systems differ.
#pragma once

#include <cstddef>
#include <string>

namespace jambridge {

/** The longest object name, leading slash included. */
extern const size_t kObjectNameBytesMax;

/** "/jambridge-", or what a sandbox prescribes. [main-thread] */
std::string ObjectNamePrefix();

}  // namespace jambridge
