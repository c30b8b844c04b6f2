// Small changes to an input, as fuzzers make them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "test/plugin/support/random.h"

namespace jambridge::test {

inline constexpr size_t kFuzzBytesMax = 4096;

using Bytes = std::vector<uint8_t>;

inline uint32_t InterestingWord(Random& random) {
  constexpr uint32_t kWords[] = {
      0,    1,      2,      3,        0x7F,   0x80,       0xF0,       0xF7,       0xFF,       1023,      1024,
      1025, 0x7FFF, 0xFFFF, 1U << 16, 131072, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFC, 0x3F800000};
  const uint32_t word = kWords[random.Below(sizeof kWords / 4)];
  return random.Below(4) == 0 ? word + random.Below(9) - 4 : word;
}

/// One change. `other` is another input, to take a part of.
inline void MutateOnce(Bytes& input, const Bytes& other, Random& random) {
  const auto size = static_cast<uint32_t>(input.size());
  const uint32_t at = size == 0 ? 0 : random.Below(size);
  const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.Below(size == 0 ? 2 : 8)) {
    case 0:
      input.insert(place, 1 + random.Below(8), static_cast<uint8_t>(random.Next()));
      break;
    case 1: {
      const uint32_t from = other.empty() ? 0 : random.Below(static_cast<uint32_t>(other.size()));
      const auto begin = other.begin() + static_cast<std::ptrdiff_t>(from);
      const auto count = std::min<std::ptrdiff_t>(other.end() - begin, random.Below(64));
      input.insert(place, begin, begin + count);
      break;
    }
    case 2:
      input.erase(place, place + std::min<std::ptrdiff_t>(input.end() - place, 1 + random.Below(16)));
      break;
    case 3:
      *place = static_cast<uint8_t>(random.Next());
      break;
    case 4:
      *place ^= static_cast<uint8_t>(1U << random.Below(8));
      break;
    case 5: {
      const uint32_t word = InterestingWord(random);
      for (uint32_t i = 0; i < 4 && at + i < size; ++i) input[at + i] = static_cast<uint8_t>(word >> (8 * i));
      break;
    }
    case 6: {  // the same again
      const Bytes part(place, place + std::min<std::ptrdiff_t>(input.end() - place, 1 + random.Below(64)));
      input.insert(place, part.begin(), part.end());
      break;
    }
    default: {  // what another has in the same place
      const size_t end =
          std::min({input.size(), other.size(), static_cast<size_t>(at) + 1 + random.Below(32)});
      for (size_t i = at; i < end; ++i) input[i] = other[i];
      break;
    }
  }
  if (input.size() > kFuzzBytesMax) input.resize(kFuzzBytesMax);
}

}  // namespace jambridge::test
