#include "plugin/host/byte-source.h"

#include <algorithm>
#include <cstring>

#include "plugin/host/host-error.h"

namespace jambridge::host {

size_t MemorySource::ReadAt(uint64_t offset, void* dest, size_t bytes) {
  if (offset >= bytes_.size()) return 0;
  const size_t count = std::min<size_t>(bytes, bytes_.size() - static_cast<size_t>(offset));
  std::memcpy(dest, bytes_.data() + offset, count);
  return count;
}

std::vector<uint8_t> ReadWholeFile(const std::string& path, uint64_t bytesMax) {
  const auto source = OpenFile(path);
  if (source->size() > bytesMax) {
    Fail(path + " has " + std::to_string(source->size()) + " bytes; the limit is " +
         std::to_string(bytesMax));
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(source->size()));
  bytes.resize(source->ReadAt(0, bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace jambridge::host
