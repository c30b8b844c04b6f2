// MIDI files: exact frames out and back at any rate; other programs' files in all their dialects.
#include "test/plugin/host/midi-bytes.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"

using namespace jambridge::host;
using namespace jambridge::test;

namespace {

bool Is(const std::string& got, const std::string& wanted) {
  if (got == wanted) return true;
  std::fprintf(stderr, "got    %s\nwanted %s\n", got.c_str(), wanted.c_str());
  return false;
}

bool Says(const std::string& text, const char* part) {
  if (text.find(part) != std::string::npos) return true;
  std::fprintf(stderr, "'%s' does not say '%s'\n", text.c_str(), part);
  return false;
}

void OneTickIsOneFrame() {
  const struct {
    uint32_t rate;
    uint16_t division;
    uint32_t tempoUs;
  } rows[] = {{48000, 24000, 500000}, {44100, 22050, 500000}, {96000, 24000, 250000}, {192000, 24000, 125000},
              {88200, 22050, 250000}, {11025, 5292, 480000},  {22050, 11025, 500000}};
  for (const auto& row : rows) {
    const TickScale scale = TickScaleFor(row.rate);
    CHECK(scale.tickIsFrame);
    CHECK(uint64_t{scale.division} * 1000000 == uint64_t{scale.tempoUs} * row.rate);
    CHECK(scale.division == row.division && scale.tempoUs == row.tempoUs);
  }
  CHECK(TickScaleFor(8000).tickIsFrame && TickScaleFor(37800).tickIsFrame);
  CHECK(!TickScaleFor(47951).tickIsFrame);  // prime: no tempo in whole microseconds fits
}

/** Frames survive at usual rates and at rates that no tempo fits. */
void FramesSurvive() {
  Random random(11);
  for (const uint32_t rate :
       {48000U, 44100U, 96000U, 192000U, 22050U, 47951U, 44101U, 99991U, 1009U, 767999U}) {
    MidiSequence sequence;
    uint64_t frame = 0;
    for (int i = 0; i < 3000; ++i) {
      frame += random.Below(3) == 0 ? 0 : random.Below(1U << random.Below(25));
      const uint8_t message[3] = {0x90, static_cast<uint8_t>(random.Below(128)),
                                  static_cast<uint8_t>(i & 127)};
      sequence.Add(frame, message);
    }
    const MidiSong song = ReadMidiFile(WriteMidiFile(sequence, frame + 12345, rate), "own.mid", rate);
    CHECK(song.sequence.events().size() == 3000 && song.endFrame == frame + 12345);
    for (size_t i = 0; i < 3000; ++i) {
      CHECK(song.sequence.events()[i].frame == sequence.events()[i].frame);
      const auto got = song.sequence.Bytes(song.sequence.events()[i]);
      const auto sent = sequence.Bytes(sequence.events()[i]);
      CHECK(std::equal(got.begin(), got.end(), sent.begin(), sent.end()));
    }
  }
}

/** 2^28 ticks are the longest delta time; at 48 kHz that is 93 minutes. */
void LongSilencesSurvive() {
  MidiSequence sequence;
  const uint8_t message[2] = {0xC0, 5};
  for (const uint64_t frame : {uint64_t{0x0FFFFFFF}, uint64_t{0x1FFFFFFE}, uint64_t{7} << 30})
    sequence.Add(frame, message);
  const MidiSong song = ReadMidiFile(WriteMidiFile(sequence, uint64_t{8} << 30, 48000), "own.mid", 48000);
  CHECK(Is(Describe(song), "268435455:c0 05|536870910:c0 05|7516192768:c0 05"));
  CHECK(song.endFrame == uint64_t{8} << 30);
}

void EveryMessageSurvives() {
  MidiSequence sequence;
  const std::vector<Bytes> messages = {{0x80, 1, 2}, {0xA0, 1, 2}, {0xB0, 1, 2}, {0xC0, 1},
                                       {0xD0, 1},    {0xE0, 1, 2}, {0xF0, 0xF7}, {0xF0, 1, 2, 0xF7},
                                       {0xF1, 3},    {0xF2, 1, 2}, {0xF3, 1},    {0xF6},
                                       {0xF8},       {0xFA},       {0xFB},       {0xFC},
                                       {0xFE},       {0xFF}};
  for (const Bytes& message : messages) sequence.Add(10, message);
  Bytes sysex(70000, 0x33);
  sysex.front() = 0xF0;
  sysex.back() = 0xF7;
  sequence.Add(11, sysex);
  const MidiSong song = ReadMidiFile(WriteMidiFile(sequence, 11, 48000), "own.mid", 48000);
  MidiSong wanted;
  wanted.sequence = sequence;
  CHECK(Is(Describe(song), Describe(wanted)));
}

void ReadsOtherProgramsFiles() {
  // Running status, also across a meta event; note-on with velocity 0 stays what it is.
  const Bytes running = {0, 0x90, 60, 64, 96, 60, 0, 0, 0xFF, 1, 2, 'h', 'i', 0, 62, 1, 0, 0xFF, 0x2F, 0};
  CHECK(Is(Describe(ReadMidiFile(MakeSmf(0, 96, {running}), "t", 48000)),
           "0:90 3c 40|24000:90 3c 00|24000:90 3e 01"));

  // Format 1: a conductor with a tempo change; tracks merge, the first first at equal ticks.
  const Bytes tempo = {0,    0xFF, 0x58, 4,    3,    3,    24,   8, 0,    0xFF, 0x51,
                       3,    0x0F, 0x42, 0x40,                                       // 3/8, 60 bpm
                       0x60, 0xFF, 0x51, 3,    0x07, 0xA1, 0x20, 0, 0xFF, 0x2F, 0};  // then 120
  const Bytes one = {0x60, 0x91, 1, 1, 0x60, 0x91, 2, 1, 0x81, 0x40, 0xFF, 0x2F, 0};
  const Bytes two = {0, 0x92, 9, 1, 0x60, 0x92, 8, 1};  // no end of track
  const MidiSong song = ReadMidiFile(MakeSmf(1, 96, {tempo, one, two}), "t", 48000);
  CHECK(Is(Describe(song), "0:92 09 01|48000:91 01 01|48000:92 08 01|72000:91 02 01"));
  CHECK(song.endFrame == 120000);
  CHECK(song.signatureNumerator == 3 && song.signatureDenominator == 8);
  CHECK(song.tempo.At(0.5).bpm == 60 && song.tempo.At(1.5).bpm == 120);
  CHECK(song.tempo.At(0.5).beats == 0.5 && song.tempo.At(1.5).beats == 2);

  // SysEx in pieces, an unfinished one, an escape with two messages, an unknown chunk, trailing bytes.
  const Bytes pieces = {0, 0xF0, 2, 1,    2, 96, 0xF7, 1,    3, 96,   0xF7, 2,    4, 0xF7, 0,    0xF0,
                        1, 5,    0, 0xB0, 7, 8,  0,    0xF7, 3, 0xF1, 5,    0xF8, 0, 0xFF, 0x2F, 0};
  Bytes file = MakeSmf(0, 96, {pieces});
  const Bytes unknown = Chunk("XFIH", {1, 2, 3});
  file.insert(file.begin() + 14, unknown.begin(), unknown.end());
  file.push_back(0x1A);
  CHECK(Is(Describe(ReadMidiFile(file, "t", 48000)),
           "48000:f0 01 02 03 04 f7|48000:f0 05 f7|48000:b0 07 08|48000:f1 05|48000:f8"));

  // SMPTE time: 25 frames of 40 ticks a second; 29.97.
  const Bytes late = {0x87, 0x68, 0x90, 1, 1, 0, 0xFF, 0x2F, 0};  // tick 1000
  CHECK(Is(Describe(ReadMidiFile(MakeSmf(0, 0xE728, {late}), "t", 48000)), "48000:90 01 01"));
  CHECK(Is(Describe(ReadMidiFile(MakeSmf(0, 0xE364, {late}), "t", 48000)), "16016:90 01 01"));
}

void RefusesClearly() {
  const Bytes track = {0, 0x90, 60, 64, 0, 0xFF, 0x2F, 0};
  CHECK(SmfRefusal(MakeSmf(0, 96, {track})).empty());
  CHECK(Says(SmfRefusal({}), "not a MIDI file"));
  CHECK(Says(SmfRefusal(Bytes(100, 7)), "not a MIDI file"));
  CHECK(Says(SmfRefusal(MakeSmf(2, 96, {track})), "format 2"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 0, {track})), "division of 0"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 0xF601, {track})), "SMPTE frame rate 10"));
  Bytes cut = MakeSmf(0, 96, {track});
  cut.resize(cut.size() - 1);
  CHECK(Says(SmfRefusal(cut), "the chunk at byte 14 says 8 bytes, 7 are there"));
  cut.resize(18);
  CHECK(Says(SmfRefusal(cut), "the file ends at byte 18 after 0"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 60, 64}})), "a data byte without a status at byte 23"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 0x90, 60}})), "the track ends inside a message at byte 25"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 0x90, 60, 0x90}})), "a status byte inside a message at byte 25"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0x80, 0x80, 0x80, 0x80, 0x80}})), "more than 4 bytes"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 0xF0, 9, 1}})), "a SysEx of 9 bytes runs past the end"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 0xF0, 2, 0x90, 0xF7}})), "a status byte inside a SysEx"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 0xF1, 2}})), "status 0xF1"));
  CHECK(Says(SmfRefusal(MakeSmf(0, 96, {{0, 0xFF, 0x51, 3, 0, 0, 0}})), "a tempo of 0"));
}

}  // namespace

int main() {
  OneTickIsOneFrame();
  FramesSurvive();
  LongSilencesSurvive();
  EveryMessageSurvives();
  ReadsOtherProgramsFiles();
  RefusesClearly();
  return 0;
}
