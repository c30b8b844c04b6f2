// Keeps a test away from engines and hosts of the same user: a segment name of its own.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace jambridge::test {

inline std::string UseOwnSegment() {
  std::string name = "t";
  name += std::to_string(getpid());
  setenv("JAMBRIDGE_SEGMENT", name.c_str(), 1);
  return name;
}

}  // namespace jambridge::test
