// A tape machine on a JACK graph: plays a piece into some ports and, on the same frame clock, records what
// comes out of others. Frame n of the recording is the moment at which frame n of the piece was played.
//
//   --play FILE        float samples of channel after channel, --channels of them, --frames each
//   --midi FILE        lines of FRAME BYTE BYTE BYTE, in order
//   --to, --from       ports, commas between; they are waited for; '' for none. MIDI the same: --midi-to,
//   --midi-from
//   --record FILE      float samples of the channels of --from, interleaved
//   --settle-ms N      silence between the connections and the first frame
//   --tail-frames N    recorded after the last frame
//
// Prints "playing" on standard error when the first frame is played, and one JSON object at the end: the MIDI
// events recorded, and how often JACK said that something was late (an xrun) while it played.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/native/arguments.h"
#include "bench/native/tape.h"

namespace jambridge::bench {
namespace {

constexpr int64_t kPortsWaitNs = 15'000'000'000;
constexpr int64_t kLookNs = 20'000'000;

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "jack-tape: %s\n", message.c_str());
  std::exit(1);
}

std::vector<std::string> Names(const Arguments& arguments, const char* option) {
  std::vector<std::string> names;
  const std::string text = TextOption(&arguments, option);
  for (size_t at = 0; at < text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    names.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return names;
}

void ReadPiece(Tape& tape, const Arguments& arguments) {
  const int64_t channels = NumberOption(&arguments, "--channels");
  tape.frames = NumberOption(&arguments, "--frames");
  const char* path = TextOption(&arguments, "--play");
  FILE* file = std::fopen(path, "rb");
  if (file == nullptr) Fail(std::string("can't read ") + path);
  for (int64_t channel = 0; channel < channels; channel++) {
    auto& plane = tape.piece.emplace_back(static_cast<size_t>(tape.frames));
    if (std::fread(plane.data(), sizeof(float), plane.size(), file) != plane.size())
      Fail("the piece is too short");
  }
  std::fclose(file);
}

void ReadMidi(Tape& tape, const char* path) {
  FILE* file = std::fopen(path, "r");
  if (file == nullptr) Fail(std::string("can't read ") + path);
  long long frame = 0;
  unsigned bytes[3];
  while (std::fscanf(file, "%lld %u %u %u", &frame, &bytes[0], &bytes[1], &bytes[2]) == 4) {
    TapeMidi event{frame, 3, {}};
    for (int i = 0; i < 3; i++) event.bytes[i] = static_cast<uint8_t>(bytes[i]);
    tape.midi.push_back(event);
  }
  std::fclose(file);
}

void RegisterPorts(Tape& tape, size_t inputs) {
  const auto add = [&](const std::string& name, const char* type, unsigned long flags) {
    JackPort* port = tape.jack.portRegister(tape.client, name.c_str(), type, flags, 0);
    if (port == nullptr) Fail("JACK gives no port");
    return port;
  };
  for (size_t i = 0; i < tape.piece.size(); i++) {
    tape.outputs.push_back(add("out" + std::to_string(i), kJackAudio, kJackOutput));
  }
  for (size_t i = 0; i < inputs; i++) {
    tape.inputs.push_back(add("in" + std::to_string(i), kJackAudio, kJackInput));
  }
  tape.midiOut = add("midi-out", kJackMidi, kJackOutput);
  tape.midiIn = add("midi-in", kJackMidi, kJackInput);
}

/** `mine` is an output of ours when `outward`. Ports of others may come late. */
void Connect(Tape& tape, JackPort* mine, const std::string& other, bool outward) {
  const int64_t giveUpNs = NowNs() + kPortsWaitNs;
  while (tape.jack.portByName(tape.client, other.c_str()) == nullptr) {
    if (NowNs() > giveUpNs) Fail("there is no port " + other);
    SleepUntilNs(NowNs() + kLookNs);
  }
  const char* name = tape.jack.portName(mine);
  const char* from = outward ? name : other.c_str();
  const char* to = outward ? other.c_str() : name;
  if (tape.jack.connect(tape.client, from, to) != 0) Fail(std::string("can't connect ") + from + " to " + to);
}

void ConnectAll(Tape& tape, const Arguments& arguments) {
  const auto to = Names(arguments, "--to");
  const auto from = Names(arguments, "--from");
  for (size_t i = 0; i < std::min(to.size(), tape.outputs.size()); i++) {
    Connect(tape, tape.outputs[i], to[i], true);
  }
  for (size_t i = 0; i < from.size(); i++) Connect(tape, tape.inputs[i], from[i], false);
  for (const auto& name : Names(arguments, "--midi-to")) Connect(tape, tape.midiOut, name, true);
  for (const auto& name : Names(arguments, "--midi-from")) Connect(tape, tape.midiIn, name, false);
}

void WriteRecording(const Tape& tape, const char* path) {
  FILE* file = std::fopen(path, "wb");
  if (file == nullptr) Fail(std::string("can't write ") + path);
  const size_t count = tape.recorded.size();
  const bool written = std::fwrite(tape.recorded.data(), sizeof(float), count, file) == count;
  if (std::fclose(file) != 0 || !written) Fail(std::string("can't write ") + path);
}

void PrintResult(const Tape& tape, JackFrames periodFrames) {
  std::printf("{\"xruns\":%d,\"periodFrames\":%u,\"midi\":[", tape.xruns.load(), periodFrames);
  const char* comma = "";
  for (const TapeMidi& event : tape.midiRecorded) {
    std::printf("%s[%lld", comma, static_cast<long long>(event.frame));
    for (int i = 0; i < event.size; i++) std::printf(",%u", event.bytes[i]);
    std::printf("]");
    comma = ",";
  }
  std::printf("]}\n");
}

int Run(const Arguments& arguments) {
  Tape tape;
  ReadPiece(tape, arguments);
  ReadMidi(tape, TextOption(&arguments, "--midi"));
  tape.midiRecorded.reserve(kTapeMidiMax);
  tape.jack = LoadJack();
  int status = 0;
  tape.client = tape.jack.clientOpen("tape", kJackNoStartServer, &status);
  if (tape.client == nullptr) Fail("there is no JACK server");
  if (tape.jack.getSampleRate(tape.client) != 48000) Fail("JACK does not run at 48 kHz");
  RegisterPorts(tape, std::max<size_t>(1, Names(arguments, "--from").size()));
  const int64_t endFrame = tape.frames + NumberOption(&arguments, "--tail-frames");
  tape.recorded.resize(static_cast<size_t>(endFrame) * tape.inputs.size());
  tape.jack.setProcessCallback(tape.client, ProcessTape, &tape);
  tape.jack.setXrunCallback(tape.client, CountXrun, &tape);
  if (tape.jack.activate(tape.client) != 0) Fail("JACK does not start");
  ConnectAll(tape, arguments);
  SleepUntilNs(NowNs() + NumberOption(&arguments, "--settle-ms") * 1'000'000);
  tape.playing.store(true, std::memory_order_release);
  std::fprintf(stderr, "playing\n");
  const int64_t giveUpNs = NowNs() + endFrame * 1'000'000'000 / 48000 + kPortsWaitNs;
  while (tape.position.load(std::memory_order_acquire) < endFrame) {
    if (NowNs() > giveUpNs) Fail("JACK stopped");
    SleepUntilNs(NowNs() + kLookNs);
  }
  WriteRecording(tape, TextOption(&arguments, "--record"));
  tape.playing.store(false, std::memory_order_release);
  const JackFrames periodFrames = tape.jack.getBufferSize(tape.client);
  tape.jack.clientClose(tape.client);
  PrintResult(tape, periodFrames);
  return 0;
}

}  // namespace
}  // namespace jambridge::bench

int main(int argc, char** argv) {
  const Arguments arguments = {argc, argv};
  return jambridge::bench::Run(arguments);
}
