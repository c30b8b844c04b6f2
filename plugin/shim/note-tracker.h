// Which notes and pedals a MIDI source has left down at the host, so that they can be let go when the source
// vanishes. Bounded: 16 MIDI channels of 128 notes and the two pedals that hold notes. [audio-thread]
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace jambridge {

class NoteTracker {
 public:
  /** Takes note of a message that was delivered. */
  void Observe(const uint8_t* data, uint32_t size) {
    if (size != 3) return;
    const uint32_t channel = data[0] & 15U;
    const uint32_t number = data[1] & 127U;
    switch (data[0] & 0xF0U) {
      case 0x80:
        Mark(notes_[channel], number, false);
        break;
      case 0x90:
        Mark(notes_[channel], number, data[2] != 0);
        break;
      case 0xB0:
        if (number == kSustain || number == kSostenuto) Mark(pedals_[channel], number, data[2] >= 64);
        if (number == kAllSoundOff || number >= kAllNotesOff) notes_[channel] = {};
        break;
      default:
        break;
    }
  }

  bool Sounds(uint32_t channel, uint32_t note) const { return Marked(notes_[channel & 15U], note & 127U); }

  bool Empty() const {
    uint64_t any = 0;
    for (const Bits& bits : notes_) any |= bits[0] | bits[1];
    for (const Bits& bits : pedals_) any |= bits[0] | bits[1];
    return any == 0;
  }

  /** Offers a note-off, or pedal-up, for all that is down; `send` returns false to be asked again later. */
  template <typename Send>
  bool ReleaseAll(Send&& send) {
    for (uint8_t channel = 0; channel < 16; channel++) {
      const auto status = [&](uint8_t kind) { return static_cast<uint8_t>(kind | channel); };
      if (!Release(pedals_[channel], status(0xB0), 0, send)) return false;
      if (!Release(notes_[channel], status(0x80), kReleaseVelocity, send)) return false;
    }
    return true;
  }

 private:
  using Bits = std::array<uint64_t, 2>;
  static constexpr uint32_t kSustain = 64;
  static constexpr uint32_t kSostenuto = 66;
  static constexpr uint32_t kAllSoundOff = 120;
  static constexpr uint32_t kAllNotesOff = 123;  // 124..127 imply it
  static constexpr uint8_t kReleaseVelocity = 64;

  static void Mark(Bits& bits, uint32_t number, bool down) {
    const uint64_t bit = uint64_t{1} << (number & 63U);
    bits[number >> 6U] = down ? bits[number >> 6U] | bit : bits[number >> 6U] & ~bit;
  }
  static bool Marked(const Bits& bits, uint32_t number) {
    return (bits[number >> 6U] >> (number & 63U) & 1U) != 0;
  }

  template <typename Send>
  static bool Release(Bits& bits, uint8_t status, uint8_t value, Send& send) {
    for (uint32_t half = 0; half < 2; half++) {
      while (bits[half] != 0) {
        const auto number =
            static_cast<uint8_t>(half * 64 + static_cast<uint32_t>(std::countr_zero(bits[half])));
        const uint8_t message[3] = {status, number, value};
        if (!send(message)) return false;
        Mark(bits, number, false);
      }
    }
    return true;
  }

  std::array<Bits, 16> notes_ = {};
  std::array<Bits, 16> pedals_ = {};
};

}  // namespace jambridge
