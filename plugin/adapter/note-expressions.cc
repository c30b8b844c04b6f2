#include "plugin/adapter/note-expressions.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace jambridge {
namespace {

constexpr uint8_t kNoRpn = 127;
constexpr uint8_t kBendSemitones = 2;      // until somebody says otherwise
constexpr uint8_t kMpeBendSemitones = 48;  // of an MPE zone's members

uint8_t SevenBits(double unit) {
  return static_cast<uint8_t>(std::lround(std::clamp(unit, 0.0, 1.0) * 127.0));
}

/// CC 7 is a squared law by General MIDI: 127 is unity, and there is no more than that.
uint8_t VolumeController(double factor) { return SevenBits(std::sqrt(std::clamp(factor, 0.0, 1.0))); }

}  // namespace

void NoteExpressions::Clear() {
  channels_.fill({{}, kNoRpn, kNoRpn, kBendSemitones});
  named_.fill({-1, 0, 0});
}

void NoteExpressions::Observe(const uint8_t* message, uint32_t sizeBytes) {
  if (sizeBytes != 3 || message[0] < 0x80 || message[0] >= 0xF0) return;
  const uint8_t number = message[0] & 15;
  const uint8_t first = message[1] & 127;
  Channel& channel = channels_[number];
  const uint64_t bit = uint64_t{1} << (first & 63);
  switch (message[0] & 0xF0) {
    case 0x80:
      channel.sounding[first >> 6] &= ~bit;
      break;
    case 0x90:
      if (message[2] == 0) {
        channel.sounding[first >> 6] &= ~bit;
      } else {
        channel.sounding[first >> 6] |= bit;
      }
      break;
    case 0xB0:
      ObserveController(number, first, message[2] & 127);
      break;
    default:
      break;
  }
}

void NoteExpressions::ObserveController(uint8_t number, uint8_t controller, uint8_t value) {
  Channel& channel = channels_[number];
  switch (controller) {
    case 6:  // data entry
      if (channel.rpnHigh == 0 && channel.rpnLow == 0) channel.bendSemitones = std::max<uint8_t>(value, 1);
      if (channel.rpnHigh == 0 && channel.rpnLow == 6) ConfigureMpe(number, value);
      break;
    case 98:
    case 99:  // a parameter of another kind was chosen
      channel.rpnHigh = channel.rpnLow = kNoRpn;
      break;
    case 100:
      channel.rpnLow = value;
      break;
    case 101:
      channel.rpnHigh = value;
      break;
    case 120:
    case 123:
    case 124:
    case 125:
    case 126:
    case 127:
      channel.sounding = {};
      break;
    default:
      break;
  }
}

/// The lower zone's manager is the first channel, the upper zone's the last.
void NoteExpressions::ConfigureMpe(uint8_t manager, uint8_t members) {
  if (manager != 0 && manager != 15) return;
  for (uint8_t i = 1; i <= std::min<uint8_t>(members, 15); ++i) {
    channels_[manager == 0 ? i : 15 - i].bendSemitones = kMpeBendSemitones;
  }
}

void NoteExpressions::Name(uint8_t channel, uint8_t key, int32_t noteId) {
  if (noteId < 0 || channel > 15 || key > 127) return;
  named_[static_cast<uint32_t>(noteId) % named_.size()] = {noteId, channel, key};
}

bool NoteExpressions::Resolve(NoteAddress& whom) const {
  if (whom.noteId >= 0 && (whom.channel < 0 || whom.key < 0)) {
    const Named& named = named_[static_cast<uint32_t>(whom.noteId) % named_.size()];
    if (named.noteId != whom.noteId) return false;
    whom.channel = named.channel;
    whom.key = named.key;
  }
  return whom.channel >= 0 && whom.channel <= 15 && whom.key >= -1 && whom.key <= 127;
}

uint32_t NoteExpressions::Say(Expression what, NoteAddress whom, double value, uint8_t (&message)[3]) const {
  if (std::isnan(value) || !Resolve(whom)) return 0;
  const int32_t key = whom.key;
  const auto say = [&](int status, uint8_t first, uint8_t second, uint32_t sizeBytes) {
    message[0] = static_cast<uint8_t>(status | whom.channel);
    message[1] = first;
    message[2] = second;
    return sizeBytes;
  };
  if (what == Expression::kPressure) {
    return key >= 0 ? say(0xA0, static_cast<uint8_t>(key), SevenBits(value), 3)
                    : say(0xD0, SevenBits(value), 0, 2);
  }
  const Channel& channel = channels_[static_cast<size_t>(whom.channel)];
  const int sounding = std::popcount(channel.sounding[0]) + std::popcount(channel.sounding[1]);
  if (key >= 0 && (sounding != 1 || !channel.Sounds(static_cast<uint32_t>(key)))) return 0;
  switch (what) {
    case Expression::kVolume:
      return say(0xB0, 7, VolumeController(value), 3);
    case Expression::kPan:
      return say(0xB0, 10, SevenBits(value), 3);
    case Expression::kTuning: {
      const double bend = std::clamp(8192 + value / channel.bendSemitones * 8192, 0.0, 16383.0);
      const auto bits = static_cast<uint32_t>(std::lround(bend));
      return say(0xE0, static_cast<uint8_t>(bits & 127), static_cast<uint8_t>(bits >> 7), 3);
    }
    case Expression::kVibrato:
      return say(0xB0, 1, SevenBits(value), 3);
    case Expression::kExpression:
      return say(0xB0, 11, SevenBits(value), 3);
    case Expression::kBrightness:
      return say(0xB0, 74, SevenBits(value), 3);
    case Expression::kPressure:
      break;
  }
  return 0;
}

}  // namespace jambridge
