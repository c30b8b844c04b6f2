// A fuzz target in libFuzzer's shape: clang's -fsanitize=fuzzer can drive it, and so can driver.cc, which
// needs no more than GCC.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace jambridge::test {

/// Takes an input apart. At its end it gives zeros.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : data_(data), left_(size) {}

  bool Empty() const { return left_ == 0; }

  template <typename T>
  T Take() {
    T value = {};
    const size_t bytes = left_ < sizeof value ? left_ : sizeof value;
    std::memcpy(&value, data_, bytes);
    data_ += bytes;
    left_ -= bytes;
    return value;
  }

  /// At most `bytesMax` bytes, in place.
  const uint8_t* TakeBytes(size_t bytesMax, size_t* bytes) {
    const uint8_t* taken = data_;
    *bytes = left_ < bytesMax ? left_ : bytesMax;
    data_ += *bytes;
    left_ -= *bytes;
    return taken;
  }

 private:
  const uint8_t* data_;
  size_t left_;
};

}  // namespace jambridge::test
