// A VST3 plugin's audio buses of one direction and the buffers for them: the first bus carries the
// run's sound, any others get silence in and nowhere out.
#pragma once

#include <vector>

#include "plugin/host/vst3-com.h"
#include "travesty/audio_processor.h"
#include "travesty/component.h"

namespace jambridge::host {

class Vst3Buses {
 public:
  /** `direction`: V3_INPUT or V3_OUTPUT. [main-thread] */
  void Read(const Vst3Ref<v3_component>& component, int32_t direction);
  /** Switches the first bus on, the others off. [main-thread, inactive] */
  void Activate(const Vst3Ref<v3_component>& component, bool active) const;
  /** Buffers for the buses that are not first. [main-thread, inactive] */
  void Allocate(uint32_t blockFramesMax);
  /** Points the first bus at `channels` and clears what is silent. [audio-thread] */
  v3_audio_bus_buffers* Prepare(float* const* channels, uint32_t frames);

  int32_t count() const { return static_cast<int32_t>(channelCounts_.size()); }
  uint32_t mainChannels() const { return channelCounts_.empty() ? 0 : channelCounts_[0]; }

 private:
  int32_t direction_ = V3_INPUT;
  std::vector<uint32_t> channelCounts_;
  std::vector<std::vector<float>> scratch_;  // one per channel of a further bus
  std::vector<std::vector<float*>> pointers_;
  std::vector<v3_audio_bus_buffers> buffers_;
};

}  // namespace jambridge::host
