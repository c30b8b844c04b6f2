// Plugin state in memory, as the IBStream that VST3 wants.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plugin/host/vst3-com.h"
#include "travesty/bstream.h"

namespace jambridge::host {

class Vst3Stream final : public Vst3Hosted {
 public:
  Vst3Stream() : Vst3Hosted(v3_bstream_iid) {}
  explicit Vst3Stream(std::span<const uint8_t> bytes)
      : Vst3Hosted(v3_bstream_iid), bytes_(bytes.begin(), bytes.end()) {}

  virtual v3_result V3_API read(void* buffer, int32_t bytes, int32_t* bytesRead);
  virtual v3_result V3_API write(void* buffer, int32_t bytes, int32_t* bytesWritten);
  virtual v3_result V3_API seek(int64_t position, int32_t mode, int64_t* result);
  virtual v3_result V3_API tell(int64_t* position);

  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
  size_t position_ = 0;
};

}  // namespace jambridge::host
