// One block's outgoing MIDI as the packet list that AudioUnit hosts take. [audio-thread], Reserve() apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugin/au/apple.h"
#include "plugin/shim/plugin.h"

namespace jambridge::au {

class MidiOutbox {
 public:
  /// [main-thread, inactive]
  void Reserve() { memory_.resize(kListBytes); }

  void Begin() {
    last_ = memory_.empty() ? nullptr : MIDIPacketListInit(list());
    sent_ = 0;
  }

  /// False: full; the rest comes with the next block. What would never fit is let go.
  bool Add(const MidiEvent& event) {
    if (last_ == nullptr || event.size > kMessageBytesMax) return true;
    MIDIPacket* added =
        MIDIPacketListAdd(list(), memory_.size(), last_, event.offset, event.size, event.data);
    if (added == nullptr) return sent_ == 0;
    last_ = added;
    ++sent_;
    return true;
  }

  bool empty() const { return sent_ == 0; }
  MIDIPacketList* list() { return reinterpret_cast<MIDIPacketList*>(memory_.data()); }

 private:
  static constexpr size_t kListBytes = 65536;          // Apple's limit
  static constexpr uint32_t kMessageBytesMax = 60000;  // with room for the list's own words

  std::vector<std::byte> memory_;
  MIDIPacket* last_ = nullptr;
  uint32_t sent_ = 0;
};

}  // namespace jambridge::au
