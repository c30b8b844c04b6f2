#include <cassert>
#include <limits>
#include <numeric>

#include "plugin/host/midi-file.h"

namespace jambridge::host {

namespace {

constexpr uint32_t kDivisionMax = 32767;
constexpr uint32_t kDeltaMax = 0x0FFFFFFF;  // what a variable-length number holds
constexpr uint32_t kTempoUsUsual = 500000;  // 120 bpm

class SmfBuilder {
 public:
  std::vector<uint8_t> bytes;

  void Put(std::initializer_list<uint32_t> values) {
    for (const uint32_t value : values) bytes.push_back(static_cast<uint8_t>(value));
  }
  void PutBe32(uint32_t value) { Put({value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255}); }
  void PutVariable(uint32_t value) {
    for (int shift = 21; shift > 0; shift -= 7) {
      if (value >> shift != 0) Put({0x80U | (value >> shift & 0x7F)});
    }
    Put({value & 0x7F});
  }
  void PutBytes(std::span<const uint8_t> more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

  /** Delta time to `tick`; gaps too long for one delta are bridged by empty text events. */
  void MoveTo(uint64_t tick) {
    while (tick - tick_ > kDeltaMax) {
      PutVariable(kDeltaMax);
      Put({0xFF, 0x01, 0x00});
      tick_ += kDeltaMax;
    }
    PutVariable(static_cast<uint32_t>(tick - tick_));
    tick_ = tick;
  }

 private:
  uint64_t tick_ = 0;
};

void PutMessage(SmfBuilder& smf, std::span<const uint8_t> message) {
  if (message[0] < 0xF0) {
    smf.PutBytes(message);
  } else if (message[0] == 0xF0) {
    smf.Put({0xF0});
    smf.PutVariable(static_cast<uint32_t>(message.size() - 1));
    smf.PutBytes(message.subspan(1));
  } else {  // system common and real-time have no form of their own in files
    smf.Put({0xF7});
    smf.PutVariable(static_cast<uint32_t>(message.size()));
    smf.PutBytes(message);
  }
}

/** The tick nearest to a frame: round(frame * division * 1e6 / (tempo * rate)), without overflow. */
uint64_t TickOf(uint64_t frame, const TickScale& scale, uint32_t rate) {
  if (scale.tickIsFrame) return frame;
  const uint64_t perSecond = scale.division * uint64_t{1000000};
  const uint64_t seconds = frame / rate;
  const uint64_t rest = frame % rate;
  // Ticks of whole seconds leave a remainder, which goes on into the sum with the rest.
  const uint64_t whole = seconds * perSecond;
  const uint64_t numerator = whole % scale.tempoUs * rate + rest * perSecond;
  const uint64_t denominator = uint64_t{scale.tempoUs} * rate;
  return whole / scale.tempoUs + (numerator + denominator / 2) / denominator;
}

}  // namespace

TickScale TickScaleFor(uint32_t rate) {
  assert(rate > 0);
  // 120 bpm, or twice, four times that, where the ticks of a quarter note would be too many.
  for (uint32_t tempoUs = kTempoUsUsual; tempoUs >= kTempoUsUsual / 32; tempoUs /= 2) {
    const uint64_t product = uint64_t{rate} * tempoUs;
    if (product % 1000000 == 0 && product / 1000000 <= kDivisionMax) {
      return {static_cast<uint16_t>(product / 1000000), tempoUs, true};
    }
  }
  // tempo = division * 1e6 / rate is whole for multiples of rate / gcd(rate, 1e6): of those the
  // largest that is not slower than 120 bpm.
  const uint32_t step = rate / std::gcd(rate, 1000000U);
  if (step <= kDivisionMax) {
    uint32_t division = kDivisionMax / step * step;
    while (division > step && uint64_t{division} * 1000000 / rate > kTempoUsUsual) division -= step;
    const auto tempoUs = static_cast<uint32_t>(uint64_t{division} * 1000000 / rate);
    if (tempoUs < 1U << 24) return {static_cast<uint16_t>(division), tempoUs, true};
  }
  return {kDivisionMax, static_cast<uint32_t>(uint64_t{kDivisionMax} * 1000000 / rate), false};
}

std::vector<uint8_t> WriteMidiFile(const MidiSequence& sequence, uint64_t endFrame, uint32_t rate) {
  const TickScale scale = TickScaleFor(rate);
  SmfBuilder smf;
  smf.Put({'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1});
  smf.Put({scale.division / 256U, scale.division % 256U});
  smf.Put({'M', 'T', 'r', 'k', 0, 0, 0, 0});
  const size_t trackStart = smf.bytes.size();
  smf.Put({0, 0xFF, 0x51, 3, scale.tempoUs >> 16 & 255, scale.tempoUs >> 8 & 255, scale.tempoUs & 255});
  uint64_t lastFrame = 0;
  for (const MidiEvent& event : sequence.events()) {
    if (event.size == 0) continue;
    smf.MoveTo(TickOf(event.frame, scale, rate));
    PutMessage(smf, sequence.Bytes(event));
    lastFrame = event.frame;
  }
  smf.MoveTo(TickOf(endFrame > lastFrame ? endFrame : lastFrame, scale, rate));
  smf.Put({0xFF, 0x2F, 0});
  const auto trackBytes = static_cast<uint32_t>(smf.bytes.size() - trackStart);
  for (int i = 0; i < 4; ++i) {
    smf.bytes[trackStart - 4 + static_cast<size_t>(i)] = static_cast<uint8_t>(trackBytes >> (24 - 8 * i));
  }
  return smf.bytes;
}

}  // namespace jambridge::host
