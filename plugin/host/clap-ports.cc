#include "plugin/host/clap-ports.h"

#include <algorithm>

namespace jambridge::host {

void ClapPorts::Read(const clap_plugin_t* plugin, const clap_plugin_audio_ports_t* extension, bool input) {
  channelCounts_.clear();
  main_ = 0;
  mainInPlace_ = false;
  if (extension == nullptr) return;
  const uint32_t count = extension->count(plugin, input);
  for (uint32_t i = 0; i < count; ++i) {
    clap_audio_port_info_t info{};
    if (!extension->get(plugin, i, input, &info)) continue;
    if ((info.flags & CLAP_AUDIO_PORT_IS_MAIN) != 0) {
      main_ = channelCounts_.size();
      mainInPlace_ = info.in_place_pair != CLAP_INVALID_ID;
    }
    channelCounts_.push_back(info.channel_count);
  }
}

void ClapPorts::Allocate(uint32_t blockFramesMax) {
  scratch_.clear();
  pointers_.assign(channelCounts_.size(), {});
  buffers_.assign(channelCounts_.size(), clap_audio_buffer_t{});
  for (size_t port = 0; port < channelCounts_.size(); ++port) {
    pointers_[port].resize(channelCounts_[port]);
    for (float*& pointer : pointers_[port]) {
      if (port == main_) continue;
      scratch_.emplace_back(blockFramesMax);
      pointer = scratch_.back().data();
    }
    buffers_[port].data32 = pointers_[port].data();
    buffers_[port].channel_count = channelCounts_[port];
  }
}

clap_audio_buffer_t* ClapPorts::Prepare(float* const* channels, uint32_t frames, bool input) {
  for (size_t port = 0; port < buffers_.size(); ++port) {
    buffers_[port].constant_mask = 0;
    if (port == main_) {
      std::copy_n(channels, channelCounts_[port], pointers_[port].begin());
    } else if (input) {
      for (float* channel : pointers_[port]) std::fill_n(channel, frames, 0.0f);
    }
  }
  return buffers_.data();
}

}  // namespace jambridge::host
