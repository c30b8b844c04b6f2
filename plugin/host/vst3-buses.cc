#include "plugin/host/vst3-buses.h"

#include <algorithm>

namespace jambridge::host {

void Vst3Buses::Read(const Vst3Ref<v3_component>& component, int32_t direction) {
  direction_ = direction;
  channelCounts_.clear();
  const int32_t buses = component->get_bus_count(component.get(), V3_AUDIO, direction);
  for (int32_t i = 0; i < buses; ++i) {
    v3_bus_info info{};
    const bool known = component->get_bus_info(component.get(), V3_AUDIO, direction, i, &info) == V3_OK;
    channelCounts_.push_back(known && info.channel_count > 0 ? static_cast<uint32_t>(info.channel_count) : 0);
  }
}

void Vst3Buses::Activate(const Vst3Ref<v3_component>& component, bool active) const {
  for (int32_t i = 0; i < count(); ++i) {
    component->activate_bus(component.get(), V3_AUDIO, direction_, i, active && i == 0);
  }
}

void Vst3Buses::Allocate(uint32_t blockFramesMax) {
  scratch_.clear();
  pointers_.assign(channelCounts_.size(), {});
  buffers_.assign(channelCounts_.size(), v3_audio_bus_buffers{});
  for (size_t bus = 0; bus < channelCounts_.size(); ++bus) {
    pointers_[bus].resize(channelCounts_[bus]);
    for (float*& pointer : pointers_[bus]) {
      if (bus == 0) continue;
      scratch_.emplace_back(blockFramesMax);
      pointer = scratch_.back().data();
    }
    buffers_[bus].num_channels = static_cast<int32_t>(channelCounts_[bus]);
    buffers_[bus].channel_buffers_32 = pointers_[bus].data();
  }
}

v3_audio_bus_buffers* Vst3Buses::Prepare(float* const* channels, uint32_t frames) {
  for (size_t bus = 0; bus < buffers_.size(); ++bus) {
    buffers_[bus].channel_silence_bitset = 0;
    if (bus == 0) {
      std::copy_n(channels, channelCounts_[bus], pointers_[bus].begin());
    } else if (direction_ == V3_INPUT) {
      for (float* channel : pointers_[bus]) std::fill_n(channel, frames, 0.0f);
    }
  }
  return buffers_.data();
}

}  // namespace jambridge::host
