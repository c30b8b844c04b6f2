#include "plugin/host/vst3-stream.h"

#include <algorithm>
#include <cstring>

namespace jambridge::host {

namespace {
constexpr size_t kStateBytesMax = 64 * 1024 * 1024;
}

v3_result V3_API Vst3Stream::read(void* buffer, int32_t bytes, int32_t* bytesRead) {
  if (bytes < 0) return V3_INVALID_ARG;
  const size_t there = position_ < bytes_.size() ? bytes_.size() - position_ : 0;
  const size_t count = std::min(there, static_cast<size_t>(bytes));
  if (count > 0) std::memcpy(buffer, bytes_.data() + position_, count);
  position_ += count;
  if (bytesRead != nullptr) *bytesRead = static_cast<int32_t>(count);
  return V3_OK;
}

v3_result V3_API Vst3Stream::write(void* buffer, int32_t bytes, int32_t* bytesWritten) {
  if (bytes < 0 || position_ + static_cast<size_t>(bytes) > kStateBytesMax) return V3_INVALID_ARG;
  const size_t end = position_ + static_cast<size_t>(bytes);
  if (end > bytes_.size()) bytes_.resize(end);
  if (bytes > 0) std::memcpy(bytes_.data() + position_, buffer, static_cast<size_t>(bytes));
  position_ = end;
  if (bytesWritten != nullptr) *bytesWritten = bytes;
  return V3_OK;
}

v3_result V3_API Vst3Stream::seek(int64_t position, int32_t mode, int64_t* result) {
  const int64_t base = mode == V3_SEEK_SET   ? 0
                       : mode == V3_SEEK_CUR ? static_cast<int64_t>(position_)
                                             : static_cast<int64_t>(bytes_.size());
  if (position < -base || position > static_cast<int64_t>(kStateBytesMax) - base) return V3_INVALID_ARG;
  position_ = static_cast<size_t>(base + position);
  if (result != nullptr) *result = static_cast<int64_t>(position_);
  return V3_OK;
}

v3_result V3_API Vst3Stream::tell(int64_t* position) {
  if (position == nullptr) return V3_INVALID_ARG;
  *position = static_cast<int64_t>(position_);
  return V3_OK;
}

}  // namespace jambridge::host
