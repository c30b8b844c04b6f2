#include "test/plugin/fuzz/coverage.h"

#include <array>
#include <cstring>

namespace jambridge::test {
namespace {

constexpr uint32_t kEdges = 1U << 16;

alignas(64) std::array<uint8_t, kEdges> taken;
std::array<uint8_t, kEdges> known;
thread_local uintptr_t before;

}  // namespace

void BeginCoverage() {
  taken.fill(0);
  before = 0;
}

uint32_t TakeNewEdges() {
  uint32_t found = 0;
  for (uint32_t word = 0; word < kEdges; word += 8) {
    uint64_t any;
    std::memcpy(&any, &taken[word], sizeof any);
    if (any == 0) continue;
    for (uint32_t i = word; i < word + 8; ++i) {
      if (taken[i] == 0 || known[i] != 0) continue;
      known[i] = 1;
      ++found;
    }
  }
  return found;
}

uint32_t CountKnownEdges() {
  uint32_t count = 0;
  for (const uint8_t edge : known) count += edge;
  return count;
}

}  // namespace jambridge::test

extern "C" void __sanitizer_cov_trace_pc();
extern "C" void __sanitizer_cov_trace_pc() {
  using namespace jambridge::test;
  const auto here = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  const uintptr_t edge = (here ^ (before << 5) ^ (here >> 13)) % kEdges;
  __atomic_store_n(&taken[edge], uint8_t{1}, __ATOMIC_RELAXED);
  before = here;
}
