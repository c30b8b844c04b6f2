// Mutated WAV and MIDI files, seeded: each is read or refused, never a crash, never endless, never
// more memory than its size explains. argv[1]: how many of each kind (default 100000).
#include <chrono>
#include <cinttypes>

#include "test/plugin/host/midi-bytes.h"
#include "test/plugin/host/wav-bytes.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"

using namespace jambridge::host;
using namespace jambridge::test;

namespace {

constexpr uint64_t kSeed = 20240607;

std::vector<Bytes> WavSeeds() {
  std::vector<Bytes> seeds;
  for (const bool extensible : {false, true}) {
    seeds.push_back(MakeWav({.bits = 24, .extensible = extensible, .before = "LIST"}, Bytes(96, 0x5A)));
    seeds.push_back(
        MakeWav({.tag = 3, .channels = 1, .bits = 32, .extensible = extensible}, Bytes(64, 0x3F)));
    seeds.push_back(
        MakeWav({.tag = 3, .bits = 64, .extensible = extensible, .riff = "RF64"}, Bytes(64, 0x40)));
  }
  return seeds;
}

std::vector<Bytes> MidiSeeds() {
  const Bytes tempo = {0,    0xFF, 0x51, 3,    0x0F, 0x42, 0x40, 0x60, 0xFF,
                       0x51, 3,    0x07, 0xA1, 0x20, 0,    0xFF, 0x2F, 0};
  const Bytes notes = {0x60, 0x91, 1, 1, 0x60, 2, 1, 0x81, 0x40, 0xE3, 1, 2, 0, 0xFF, 0x2F, 0};
  const Bytes pieces = {0, 0xF0, 2, 1,    2, 96,   0xF7, 1,    3, 96,   0xF7, 2,
                        4, 0xF7, 0, 0xF7, 3, 0xF1, 5,    0xF8, 0, 0xFF, 0x2F, 0};
  return {MakeSmf(1, 96, {tempo, notes, pieces}), MakeSmf(0, 480, {notes}), MakeSmf(0, 0xE728, {pieces}),
          MakeSmf(1, 1, {tempo, tempo, notes})};
}

/** A few changes of the kinds that break parsers: bits, bytes, lengths, cuts, doubled pieces. */
Bytes Mutate(const Bytes& seed, Random& random) {
  Bytes bytes = seed;
  for (uint32_t changes = 1 + random.Below(4); changes > 0 && !bytes.empty(); --changes) {
    const uint32_t at = random.Below(static_cast<uint32_t>(bytes.size()));
    const uint32_t kind = random.Below(16);
    if (kind < 6) {
      bytes[at] = static_cast<uint8_t>(bytes[at] ^ 1U << random.Below(8));
    } else if (kind < 11) {
      bytes[at] = static_cast<uint8_t>(random.Next());
    } else if (kind < 13) {
      for (uint32_t i = at; i < at + 4 && i < bytes.size(); ++i)
        bytes[i] = random.Below(2) == 0 ? 0xFF : 0x00;
    } else if (kind == 13) {
      bytes.resize(at);
    } else if (kind == 14) {
      const Bytes again(bytes.begin(), bytes.begin() + at);
      bytes.insert(bytes.begin() + at, again.begin(), again.end());
    } else {
      bytes.erase(bytes.begin() + at);
    }
  }
  return bytes;
}

/** What a MIDI file may become: order kept, whole messages, no more than its bytes can hold. */
bool ReadMidi(const Bytes& bytes) {
  try {
    const MidiSong song = ReadMidiFile(bytes, "fuzz.mid", 48000);
    uint64_t last = 0;
    size_t total = 0;
    for (const MidiEvent& event : song.sequence.events()) {
      const auto message = song.sequence.Bytes(event);
      CHECK(event.frame >= last && !message.empty() && message[0] >= 0x80);
      CHECK(message[0] == 0xF0 ? message.back() == 0xF7 : message.size() == MessageBytes(message[0]));
      last = event.frame;
      total += message.size();
    }
    CHECK(song.endFrame >= last && total <= bytes.size() * 3);
    CHECK(!WriteMidiFile(song.sequence, song.endFrame, 48000).empty());
    return true;
  } catch (const HostError&) {
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const uint32_t count = argc > 1 ? static_cast<uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 100000;
  Random random(kSeed);
  const std::vector<Bytes> wavs = WavSeeds();
  const std::vector<Bytes> midis = MidiSeeds();
  uint32_t wavsRead = 0;
  uint32_t midisRead = 0;
  for (uint32_t i = 0; i < count; ++i) {
    wavsRead += Refusal(Mutate(wavs[i % wavs.size()], random)).empty() ? 1U : 0U;
    midisRead += ReadMidi(Mutate(midis[i % midis.size()], random)) ? 1U : 0U;
  }
  std::printf("seed %" PRIu64 ": of %u each, %u WAV and %u MIDI files were readable\n", kSeed, count,
              wavsRead, midisRead);
  // Neither all nor none: otherwise the mutations test nothing.
  CHECK(wavsRead > count / 50 && wavsRead < count - count / 50);
  CHECK(midisRead > count / 50 && midisRead < count - count / 50);
  return 0;
}
