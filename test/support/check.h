// The smallest test support there is: a failed check says where and what, and ends the program.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <iostream>

#define CHECK(condition)                                                                 \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition); \
      std::exit(1);                                                                      \
    }                                                                                    \
  } while (false)

#define CHECK_EQ(a, b)                                                                              \
  do {                                                                                              \
    const auto& checkA = (a);                                                                       \
    const auto& checkB = (b);                                                                       \
    if (!(checkA == checkB)) {                                                                      \
      std::cerr << __FILE__ << ":" << __LINE__ << ": CHECK_EQ failed: " #a " == " #b " (" << checkA \
                << " != " << checkB << ")" << std::endl;                                            \
      std::exit(1);                                                                                 \
    }                                                                                               \
  } while (false)
