// WAV files out. The header is valid at any time after UpdateHeader(), so a killed run leaves a
// readable file; past 4 GiB it becomes RF64 in place of the JUNK chunk that waits for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugin/host/output-file.h"
#include "plugin/host/sample-format.h"

namespace jambridge::host {

class WavWriter {
 public:
  WavWriter(const std::string& path, uint32_t rate, uint32_t channels, SampleFormat format);

  /** Appends `frames` interleaved frames. [main-thread] */
  void Append(const float* interleaved, size_t frames);
  /** Makes the header tell of all frames appended so far. [main-thread] */
  void UpdateHeader();
  /** Pads, updates the header, closes. Nothing may follow. [main-thread] */
  void Finish();

  uint64_t frames() const { return frames_; }
  uint64_t clippedSamples() const { return clippedSamples_; }

 private:
  OutputFile file_;
  const uint32_t rate_;
  const uint32_t channels_;
  const SampleFormat format_;
  uint64_t frames_ = 0;
  uint64_t dataBytes_ = 0;
  uint64_t clippedSamples_ = 0;
  std::vector<uint8_t> scratch_;
};

}  // namespace jambridge::host
