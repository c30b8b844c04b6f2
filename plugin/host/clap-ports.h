// A CLAP plugin's audio ports and the buffers for them: the main ports carry the run's sound, any
// others get silence in and nowhere out.
#pragma once

#include <vector>

#include "clap/ext/audio-ports.h"
#include "clap/process.h"

namespace jambridge::host {

class ClapPorts {
 public:
  /** Reads the ports of one direction; without the extension there are none. [main-thread] */
  void Read(const clap_plugin_t* plugin, const clap_plugin_audio_ports_t* extension, bool input);
  /** Gives the ports that are not main their buffers. [main-thread, inactive] */
  void Allocate(uint32_t blockFramesMax);
  /** Points the main port at `channels` and clears what is silent. [audio-thread] */
  clap_audio_buffer_t* Prepare(float* const* channels, uint32_t frames, bool input);

  uint32_t count() const { return static_cast<uint32_t>(channelCounts_.size()); }
  uint32_t mainChannels() const { return main_ < channelCounts_.size() ? channelCounts_[main_] : 0; }
  bool mainInPlace() const { return mainInPlace_; }

 private:
  std::vector<uint32_t> channelCounts_;
  size_t main_ = 0;
  bool mainInPlace_ = false;
  std::vector<std::vector<float>> scratch_;  // one per channel of a port that is not main
  std::vector<std::vector<float*>> pointers_;
  std::vector<clap_audio_buffer_t> buffers_;
};

}  // namespace jambridge::host
