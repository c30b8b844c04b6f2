// The seed of a random test: new every time, printed, and replayed by JAMBRIDGE_TEST_SEED.
#pragma once

#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace jambridge::test {

inline uint64_t TestSeed() {
  const char* given = std::getenv("JAMBRIDGE_TEST_SEED");
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const uint64_t fresh =
      (static_cast<uint64_t>(now.tv_sec) * 1000003U + static_cast<uint64_t>(now.tv_nsec)) % 1000000007U;
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : fresh;
  std::printf("JAMBRIDGE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace jambridge::test
