// Note expressions: what MIDI 1.0 can say of them is said, at its frame; nothing else is. argv[1]: the plugin
#include FACE_HEADER

#include "plugin/shim/parameters.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

using Bytes = std::vector<uint8_t>;

std::vector<FaceMidi> Run(Face& face) {
  Planar buffers(2, 64);
  CHECK(face.Process(buffers, buffers, 64));
  return face.Sent();
}

void SaysPressureOfAnyNote(Face& face) {
  face.NoteOn(0, 0, 60, 10);
  face.NoteOn(1, 0, 64, 11);
  face.Express(2, Expression::kPressure, 11, 0, 64, 0.5);
  const std::vector<FaceMidi> sent = Run(face);
  CHECK(sent.size() == 3 && sent[2].offset == 2 && (sent[2].bytes == Bytes{0xA0, 64, 64}));
}

// Two notes sound on that channel: a bend would bend both.
void KeepsOthersOutOfIt(Face& face) {
  face.Express(0, Expression::kTuning, 10, -1, -1, 1);
  face.Express(0, Expression::kBrightness, 11, -1, -1, 1);
  face.Express(0, Expression::kTuning, 999, -1, -1, 1);  // nobody's number
  CHECK(Run(face).empty());
  face.NoteOff(0, 0, 64);
  CHECK(Run(face).size() == 1);
}

void SaysAllOfTheOnlyNote(Face& face) {
  face.Express(1, Expression::kTuning, 10, -1, -1, 1);
  face.Express(2, Expression::kTuning, 10, -1, -1, -2);
  face.Express(3, Expression::kBrightness, 10, -1, -1, 1);
  face.Express(4, Expression::kVolume, 10, -1, -1, 0.25);
  face.Express(5, Expression::kPan, 10, -1, -1, 0.5);
  face.Express(6, Expression::kVibrato, 10, -1, -1, 0.25);
  face.Express(7, Expression::kExpression, 10, -1, -1, 0);
  face.Express(8, Expression::kVolume, 10, -1, -1, 4);  // louder than MIDI can say
  const Bytes expected[] = {{0xE0, 0, 96},  {0xE0, 0, 0},  {0xB0, 74, 127}, {0xB0, 7, 64},
                            {0xB0, 10, 64}, {0xB0, 1, 32}, {0xB0, 11, 0},   {0xB0, 7, 127}};
  const std::vector<FaceMidi> sent = Run(face);
  CHECK(sent.size() == 8);
  for (uint32_t i = 0; i < 8; ++i) CHECK(sent[i].offset == i + 1 && sent[i].bytes == expected[i]);
  face.NoteOff(0, 0, 60);
  face.Express(1, Expression::kTuning, 10, -1, -1, 1);  // it is over
  CHECK(Run(face).size() == 1);
}

// MPE: a channel a note, and bends of four octaves.
void KnowsZones(Face& face) {
  face.Midi(0, 0xB0, 101, 0);
  face.Midi(1, 0xB0, 100, 6);
  face.Midi(2, 0xB0, 6, 3);  // a zone of channels 2 to 4
  CHECK(Run(face).size() == 3);
  face.NoteOn(0, 1, 60, 20);
  face.NoteOn(0, 2, 60, 21);
  face.NoteOn(0, 9, 60, 22);
  face.Express(1, Expression::kTuning, 20, -1, -1, 24);
  face.Express(2, Expression::kTuning, 21, -1, -1, -48);
  face.Express(3, Expression::kTuning, 22, -1, -1, 1);  // not of the zone
  const std::vector<FaceMidi> sent = Run(face);
  CHECK(sent.size() == 6 && (sent[3].bytes == Bytes{0xE1, 0, 96}) && (sent[4].bytes == Bytes{0xE2, 0, 0}) &&
        (sent[5].bytes == Bytes{0xE9, 0, 96}));
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const FaceModule module(argv[1]);
  Face face(module);
  CHECK(face.Activate(48000, 64));
  SaysPressureOfAnyNote(face);
  KeepsOthersOutOfIt(face);
  SaysAllOfTheOnlyNote(face);
  KnowsZones(face);
  return 0;
}
