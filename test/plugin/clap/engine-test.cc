// With an engine: the status parameter tells of it, wet sound and MIDI come out, the transport and the
// parameters go in. argv[1]: JamBridge.clap
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "plugin/clap/abi-additions.h"
#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kFrames = 256;

struct Studio {
  explicit Studio(const ClapModule& module) : instance(module, host), in(2, kFrames), out(2, kFrames) {}

  void Block() {
    CHECK(instance.Process(in, out, kFrames) == CLAP_PROCESS_CONTINUE);
    for (const auto& event : instance.out.OfType(CLAP_EVENT_PARAM_VALUE)) {
      CHECK(event.param == kParamStatus && event.time == kFrames - 1);
      toldStatus = event.value;
      ++tellings;
    }
  }

  ClapHost host;
  ClapInstance instance;
  Planar in;
  Planar out;
  std::optional<double> toldStatus;
  int tellings = 0;
};

template <class Condition>
void RunUntil(Studio& studio, FakeEngine* engine, Condition condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) {
    if (engine != nullptr) engine->Serve();
    studio.Block();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(condition());
}

void TellsStatus(Studio& studio, FakeEngine& engine) {
  const auto receiving = static_cast<double>(SlotStatus::kReceiving);
  RunUntil(studio, &engine, [&] { return studio.toldStatus == receiving; });
  CHECK(studio.instance.Param(kParamStatus) == receiving);
  const int tellings = studio.tellings;
  for (int i = 0; i < 20; ++i) {
    engine.Serve();
    studio.Block();
  }
  CHECK(studio.tellings == tellings);  // told when it changes, not again
}

void CarriesParametersAndTransport(Studio& studio, FakeEngine& engine) {
  clap_event_transport_t transport{};
  transport.header = {sizeof transport, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
  transport.flags = CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_IS_LOOP_ACTIVE | CLAP_TRANSPORT_HAS_TEMPO |
                    CLAP_TRANSPORT_HAS_SECONDS_TIMELINE | CLAP_TRANSPORT_HAS_TIME_SIGNATURE;
  transport.song_pos_seconds = 3 * CLAP_SECTIME_FACTOR / 2;
  transport.loop_start_seconds = CLAP_SECTIME_FACTOR;
  transport.loop_end_seconds = 2 * CLAP_SECTIME_FACTOR;
  transport.tempo = 93.5;
  transport.tsig_num = 7;
  transport.tsig_denom = 8;
  studio.instance.transport = &transport;
  studio.instance.in.Param(0, kParamChannel, 9);
  studio.Block();
  engine.Serve();
  const ControlBlock& control = engine.view(engine.OnlySlot()).control;
  CHECK(std::string(control.name) == "Bass");
  CHECK(control.channel == 9 && control.sampleRate == 48000 && control.channelCountIn == 2);
  CHECK(control.transportFlags == (kTransportPlaying | kTransportLooping | kTransportTempoValid |
                                   kTransportSignatureValid | kTransportPositionValid));
  CHECK(control.songFrame == 72000 && control.loopStartFrame == 48000 && control.loopEndFrame == 96000);
  CHECK(control.tempo == 93.5 && control.signatureNumerator == 7 && control.signatureDenominator == 8);
  studio.instance.transport = nullptr;
}

void PlaysWet(Studio& studio, FakeEngine& engine) {
  studio.in.Fill(0.5F);
  studio.instance.in.Param(0, kParamDry, 0);
  studio.Block();
  engine.Serve();
  const uint32_t slot = engine.OnlySlot();
  const uint64_t start = engine.view(slot).control.blockFrame + kFrames;
  studio.Block();
  for (uint32_t channel = 0; channel < 2; ++channel) {
    for (uint32_t frame = 0; frame < kFrames; ++frame) {
      CHECK(studio.out[channel][frame] == PlayoutSample(slot, channel, start + frame));
    }
  }
  engine.Serve();
  std::vector<uint8_t> sysEx(300, 0x11);
  sysEx.front() = 0xF0;
  sysEx.back() = 0xF7;
  engine.SendMidi(slot, start + kFrames + 200, sysEx);  // later first: the plugin sorts
  engine.SendMidi(slot, start + kFrames + 100, {0x90, 60, 90});
  studio.instance.in.Midi(150, 0xB0, 1, 2);
  studio.Block();
  const auto& out = studio.instance.out.events;
  CHECK(std::is_sorted(out.begin(), out.end(), [](auto& a, auto& b) { return a.time < b.time; }));
  const auto notes = studio.instance.out.OfType(CLAP_EVENT_MIDI);
  CHECK(!notes.empty() && notes[0].time == 100 && (notes[0].bytes == std::vector<uint8_t>{0x90, 60, 90}));
  const auto long_ = studio.instance.out.OfType(CLAP_EVENT_MIDI_SYSEX);
  CHECK(long_.size() == 1 && long_[0].time == 200);
  CHECK(std::equal(sysEx.begin(), sysEx.end(), long_[0].sysEx, long_[0].sysEx + long_[0].sysExBytes));
}

// Told to render offline, it leaves the engine alone; back in real time it goes on.
void StaysOutOfRenders(Studio& studio, FakeEngine& engine) {
  const auto* render = studio.instance.Extension<clap::PluginRender>(clap::kExtRender);
  CHECK(render->set(studio.instance.plugin, clap::kRenderOffline));
  studio.instance.in.Param(0, kParamDry, 1);
  studio.Block();
  engine.Serve();
  const uint32_t published = engine.header().publishCount.load();
  studio.Block();
  CHECK(studio.out[0][kFrames - 1] == 0.5F && engine.header().publishCount.load() == published);
  CHECK(render->set(studio.instance.plugin, clap::kRenderRealtime));
  studio.Block();
  CHECK(engine.header().publishCount.load() > published);
}

void TellsOfTheEnd(Studio& studio, FakeEngine& engine) {
  engine.Stop();
  RunUntil(studio, nullptr, [&] { return studio.toldStatus == 0.0; });
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const TestSegmentName name;
  const ClapModule module(argv[1]);
  Studio studio(module);
  CHECK(studio.instance.Activate(48000, kFrames));
  studio.Block();
  CHECK(studio.instance.Param(kParamStatus) == 0 && studio.tellings == 0);
  FakeEngine engine(name.object);  // the engine comes later than the plugin
  TellsStatus(studio, engine);
  CarriesParametersAndTransport(studio, engine);
  PlaysWet(studio, engine);
  StaysOutOfRenders(studio, engine);
  TellsOfTheEnd(studio, engine);
  return 0;
}
