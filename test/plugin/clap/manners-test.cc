// What CLAP lets a plugin say to its host: that its tail changed, where the transport is to go, what only the
// plugin sets. argv[1]: JamBridge.clap
#include <cmath>
#include <string>
#include <vector>

#include "plugin/shim/parameters.h"
#include "test/plugin/clap/clap-host.h"
#include "test/plugin/shim/fake-engine.h"
#include "test/plugin/support/own-segment.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void TellsOfItsTail(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  const auto* tail = instance.Extension<clap::PluginTail>(clap::kExtTail);
  CHECK(instance.Activate(48000, 64));
  Planar buffers(2, 64);
  const auto block = [&] { CHECK(instance.Process(buffers, buffers, 64) == CLAP_PROCESS_CONTINUE); };
  block();
  CHECK(host.tailChanges == 0 && tail->get(instance.plugin) == UINT32_MAX);
  instance.in.Param(0, kParamMode, 0);
  block();
  block();
  CHECK(host.tailChanges == 1 && tail->get(instance.plugin) == 0);
  instance.in.Param(0, kParamMode, 1);
  block();
  CHECK(host.tailChanges == 2 && tail->get(instance.plugin) == UINT32_MAX);
}

void ForgetsWhenReset(const ClapModule& module) {
  ClapHost host;
  ClapInstance instance(module, host);
  instance.in.Param(0, kParamReportLatency, 1);
  instance.in.Param(0, kParamMode, 0);
  const auto* params = instance.Extension<clap_plugin_params_t>(CLAP_EXT_PARAMS);
  params->flush(instance.plugin, instance.in.list(), instance.out.list());
  instance.in.Clear();
  CHECK(instance.Activate(48000, 64));
  Planar in(2, 64);
  Planar out(2, 64);
  in.Fill(1);
  for (int block = 0; block < 20; ++block) CHECK(instance.Process(in, out, 64) == CLAP_PROCESS_CONTINUE);
  CHECK(out[0][0] == 1);
  instance.plugin->reset(instance.plugin);
  in.Fill(0);
  for (int block = 0; block < 20; ++block) {
    CHECK(instance.Process(in, out, 64) == CLAP_PROCESS_CONTINUE && out[0][0] == 0 && out[1][63] == 0);
  }
}

/// A host that says where it is: 120 quarters a minute, so half a second each.
struct Rolling {
  Rolling(const ClapModule& module, ClapHost& clapHost) : host(clapHost), instance(module, clapHost) {
    transport.header = {sizeof transport, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0};
    transport.flags =
        CLAP_TRANSPORT_HAS_TEMPO | CLAP_TRANSPORT_HAS_BEATS_TIMELINE | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE;
    transport.tempo = 120;
    instance.transport = &transport;
  }
  void Place(double seconds, bool playing) {
    transport.song_pos_seconds = static_cast<clap_sectime>(seconds * CLAP_SECTIME_FACTOR);
    transport.song_pos_beats = static_cast<clap_beattime>(seconds * 2 * CLAP_BEATTIME_FACTOR);
    transport.flags &= ~static_cast<uint32_t>(CLAP_TRANSPORT_IS_PLAYING);
    if (playing) transport.flags |= CLAP_TRANSPORT_IS_PLAYING;
  }
  /// One block, then the main thread's turn; what the host was asked for.
  std::vector<std::string> Block() {
    host.transportRequests.clear();
    CHECK(instance.Process(buffers, buffers, 64) == CLAP_PROCESS_CONTINUE);
    if (host.callbacks.exchange(0) > 0) instance.plugin->on_main_thread(instance.plugin);
    return host.transportRequests;
  }

  ClapHost& host;
  ClapInstance instance;
  clap_event_transport_t transport{};
  Planar buffers{2, 64};
};

using Requests = std::vector<std::string>;

/// To the frame: 1/24000 of a beat.
bool JumpedTo(const ClapHost& host, int beat) {
  return std::abs(static_cast<double>(host.jumpedTo) / CLAP_BEATTIME_FACTOR - beat) < 1.0 / 24000;
}

void FollowsTransport(const ClapModule& module) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  ClapHost host;
  Rolling here(module, host);
  CHECK(here.instance.Activate(48000, 64));
  CHECK(here.Block().empty());
  engine.Serve();
  const uint32_t slot = engine.OnlySlot();
  const auto remote = [&](bool playing, double seconds) {
    engine.Serve();
    const ControlBlock& control = engine.view(slot).control;
    engine.MoveRemote(slot, playing, static_cast<int64_t>(seconds * 48000),
                      control.blockFrame + control.blockFrames);
  };
  remote(true, 1);
  CHECK(here.Block().empty());  // not wanted: nothing is forced on a host
  here.instance.in.Param(0, kParamFollowTransport, 1);
  CHECK(here.Block().empty());
  here.Place(0, false);
  remote(true, 10);
  CHECK((here.Block() == Requests{"jump", "continue"}));
  CHECK(JumpedTo(host, 20) && here.Block().empty());  // asked once
  here.Place(10.1, true);
  remote(true, 10.05);  // a tenth of a second apart is together
  CHECK(here.Block().empty());
  remote(true, 30);
  CHECK((here.Block() == Requests{"jump"}) && JumpedTo(host, 60));
  here.Place(31, true);
  remote(false, 30.5);
  CHECK((here.Block() == Requests{"jump", "pause"}) && JumpedTo(host, 61));
  here.Place(30.5, false);
  remote(false, 30.5);
  CHECK(here.Block().empty());
  here.transport.flags &= ~static_cast<uint32_t>(CLAP_TRANSPORT_HAS_BEATS_TIMELINE);
  remote(true, 99);
  CHECK((here.Block() == Requests{"continue"}));  // where to jump can't be said
  here.instance.transport = nullptr;
  remote(true, 1);
  CHECK(here.Block().empty());
}

void LeavesOtherHostsAlone(const ClapModule& module) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  ClapHost host;
  host.controlsTransport = false;
  Rolling here(module, host);
  CHECK(here.instance.Activate(48000, 64));
  here.instance.in.Param(0, kParamFollowTransport, 1);
  CHECK(here.Block().empty());
  engine.Serve();
  engine.MoveRemote(engine.OnlySlot(), true, 0, 0);
  CHECK(here.Block().empty() && host.callbacks == 0);
}

void ShowsWhatItSetsItself(const ClapModule& module) {
  const TestSegmentName name;
  FakeEngine engine(name.object);
  engine.BeatInBackground();
  ClapHost host;
  ClapInstance instance(module, host);
  CHECK(instance.Activate(48000, 64));
  Planar buffers(2, 64);
  bool seen = false;
  for (int block = 0; block < 2000 && !seen; ++block) {
    CHECK(instance.Process(buffers, buffers, 64) == CLAP_PROCESS_CONTINUE);
    engine.Serve();
    for (const auto& event : instance.out.OfType(CLAP_EVENT_PARAM_VALUE)) {
      seen = seen || (event.param == kParamStatus && event.value == 3);
    }
    usleep(1000);
  }
  CHECK(seen);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 2);
  UseOwnSegment();
  const ClapModule module(argv[1]);
  TellsOfItsTail(module);
  ForgetsWhenReset(module);
  FollowsTransport(module);
  LeavesOtherHostsAlone(module);
  ShowsWhatItSetsItself(module);
  return 0;
}
