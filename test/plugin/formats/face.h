// What the tests of all formats share; each is built once a format.
#pragma once

#include <cstdint>
#include <vector>

#include "plugin/adapter/note-expressions.h"
#include "test/plugin/support/random.h"

namespace jambridge::test {

/// A message that the plugin sent, as MIDI whatever the format says it in.
struct FaceMidi {
  uint32_t offset;
  std::vector<uint8_t> bytes;
};

}  // namespace jambridge::test
