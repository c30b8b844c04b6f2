// Bytes from outside, read by position: a file, or memory in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace jambridge::host {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual uint64_t size() const = 0;
  /** Reads up to `bytes`; returns how many were there, fewer only at the end. [main-thread] */
  virtual size_t ReadAt(uint64_t offset, void* dest, size_t bytes) = 0;
};

/** Views `bytes`, which must outlive it. */
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  size_t ReadAt(uint64_t offset, void* dest, size_t bytes) override;

 private:
  std::span<const uint8_t> bytes_;
};

/** Opens a regular file for reading; throws HostError with the system's reason. [main-thread] */
std::unique_ptr<ByteSource> OpenFile(const std::string& path);

/** The whole of a file of at most `bytesMax` bytes. [main-thread] */
std::vector<uint8_t> ReadWholeFile(const std::string& path, uint64_t bytesMax);

}  // namespace jambridge::host
