// Which edges of the code an input took. The targets are compiled with -fsanitize-coverage=trace-pc, which
// both GCC and clang have; the callback keeps a map of edges, the driver asks what was new.
#pragma once

#include <cstdint>

namespace jambridge::test {

/// Forgets the last input's edges.
void BeginCoverage();

/// How many edges the last input took that none had taken before; they count as known from now on.
uint32_t TakeNewEdges();

uint32_t CountKnownEdges();

}  // namespace jambridge::test
