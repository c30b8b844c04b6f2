// With an engine: the status parameter tells of it, wet sound and MIDI come out, the transport and the
// parameters go in. argv[1]: JamBridge.so
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "plugin/shim/parameters.h"
#include "plugin/vst3/vst3-interfaces.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

constexpr uint32_t kFrames = 256;

struct Studio {
  explicit Studio(const Vst3Module& module) : instance(module), in(2, kFrames), out(2, kFrames) {}

  void Block() {
    CHECK(instance.Process(in, out, kFrames) == V3_OK);
    if (const ValueQueue* status = instance.changesOut.Find(kParamStatus)) {
      CHECK(status->points.size() == 1 && status->points[0].first == kFrames - 1);
      toldStatus = DenormalizeParam(kParamStatus, status->points[0].second);
      ++tellings;
    }
  }

  Vst3Instance instance;
  Planar in;
  Planar out;
  std::optional<double> toldStatus;
  int tellings = 0;
};

void NameTrack(Studio& studio) {
  v3_funknown** found = nullptr;
  CHECK(v3_cpp_obj_query_interface(studio.instance.component, vst3::kInfoListenerIid, &found) == V3_OK);
  auto* listener = reinterpret_cast<vst3::InfoListener*>(found);
  TrackAttributes attributes;
  attributes.name = "Bass";
  CHECK(listener->setChannelContextInfos(As<v3_attribute_list>(attributes)) == V3_OK);
  CHECK(listener->setChannelContextInfos(nullptr) != V3_OK);
  listener->release();
}

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
  CHECK(studio.instance.Plain(kParamStatus) == receiving);
  const int tellings = studio.tellings;
  for (int i = 0; i < 20; ++i) {
    engine.Serve();
    studio.Block();
  }
  CHECK(studio.tellings == tellings);  // told when it changes, not again
}

void CarriesParametersAndTransport(Studio& studio, FakeEngine& engine) {
  v3_process_context context{};
  context.state = V3_PROCESS_CTX_PLAYING | V3_PROCESS_CTX_CYCLE_ACTIVE | V3_PROCESS_CTX_CYCLE_VALID |
                  V3_PROCESS_CTX_TEMPO_VALID | V3_PROCESS_CTX_TIME_SIG_VALID;
  context.sample_rate = 48000;
  context.project_time_in_samples = 72000;
  context.bpm = 120;
  context.cycle_start_quarters = 2;
  context.cycle_end_quarters = 4;
  context.time_sig_numerator = 7;
  context.time_sig_denom = 8;
  studio.instance.context = &context;
  studio.instance.Point(kParamChannel, 0, 9);
  studio.Block();
  engine.Serve();
  const ControlBlock& control = engine.view(engine.OnlySlot()).control;
  CHECK(std::string(control.name) == "Bass");
  CHECK(control.channel == 9 && control.sampleRate == 48000 && control.channelCountIn == 2);
  CHECK(control.transportFlags == (kTransportPlaying | kTransportLooping | kTransportTempoValid |
                                   kTransportSignatureValid | kTransportPositionValid));
  CHECK(control.songFrame == 72000 && control.loopStartFrame == 48000 && control.loopEndFrame == 96000);
  CHECK(control.tempo == 120 && control.signatureNumerator == 7 && control.signatureDenominator == 8);
  studio.instance.context = nullptr;
}

void PlaysWet(Studio& studio, FakeEngine& engine) {
  studio.in.Fill(0.5F);
  studio.instance.Point(kParamDry, 0, 0);
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
  engine.SendMidi(slot, start + kFrames + 120, {0xC3, 17});
  engine.SendMidi(slot, start + kFrames + 100, {0x93, 60, 90});
  engine.SendMidi(slot, start + kFrames + 110, {0xF8});  // a clock, which VST3 can not say
  studio.Block();
  const auto& out = studio.instance.out.events;
  CHECK(out.size() == 3);
  CHECK(out[0].type == V3_EVENT_NOTE_ON && out[0].sample_offset == 100 && out[0].note_on.channel == 3);
  CHECK(out[1].type == V3_EVENT_LEGACY_MIDI_CC_OUT && out[1].sample_offset == 120);
  CHECK(out[1].midi_cc_out.cc_number == 130 && out[1].midi_cc_out.value == 17);
  CHECK(out[2].type == V3_EVENT_DATA && out[2].sample_offset == 200);
  CHECK(std::equal(sysEx.begin(), sysEx.end(), out[2].data.bytes, out[2].data.bytes + out[2].data.size));
}

// Rendering offline, it leaves the engine alone.
void StaysOutOfRenders(Studio& studio, FakeEngine& engine) {
  studio.instance.Deactivate();
  CHECK(studio.instance.Activate(48000, kFrames, V3_OFFLINE));
  studio.instance.Point(kParamDry, 0, 1);
  studio.Block();
  const uint32_t published = engine.header().publishCount.load();
  studio.Block();
  CHECK(studio.out[0][kFrames - 1] == 0.5F && engine.header().publishCount.load() == published);
  studio.instance.Deactivate();
  CHECK(studio.instance.Activate(48000, kFrames));
  RunUntil(studio, &engine, [&] { return engine.header().publishCount.load() > published; });
}

void TellsOfTheEnd(Studio& studio, FakeEngine& engine) {
  engine.Stop();
  RunUntil(studio, nullptr, [&] { return studio.toldStatus == 0.0; });
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  const TestSegmentName name;
  const Vst3Module module(argv[1]);
  Studio studio(module);
  NameTrack(studio);
  CHECK(studio.instance.Activate(48000, kFrames));
  studio.Block();
  CHECK(studio.instance.Shown(kParamStatus) == 0 && studio.tellings == 0);
  FakeEngine engine(name.object);  // the engine comes later than the plugin
  TellsStatus(studio, engine);
  CarriesParametersAndTransport(studio, engine);
  PlaysWet(studio, engine);
  StaysOutOfRenders(studio, engine);
  TellsOfTheEnd(studio, engine);
  return 0;
}
