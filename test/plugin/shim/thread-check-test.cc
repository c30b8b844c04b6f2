// Debug builds notice a thread that does what its tag forbids; release builds do not look.
#include "plugin/shim/thread-check.h"

#include "test/plugin/shim/test-host.h"
#include "test/support/child.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

#ifdef NDEBUG
constexpr bool kChecked = false;
#else
constexpr bool kChecked = true;
#endif

/** A host that calls back from within process(). */
class WrongHost : public TestHost {
 public:
  bool SendMidiMsg(const MidiEvent&) override {
    plugin.SerializeState();
    return true;
  }
};

template <typename Body>
bool Aborts(Body&& body) {
  const int status = Join(Fork([&] {
    signal(SIGABRT, SIG_DFL);
    body();
    return 0;
  }));
  CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : Succeeded(status));
  return WIFSIGNALED(status);
}

}  // namespace

int main() {
  const auto callFromProcess = [] {
    WrongHost host;
    host.Activate();
    host.Midi(0, {0x90, 60, 100});
    host.Process(64);
  };
  CHECK_EQ(Aborts(callFromProcess), kChecked);
  CHECK_EQ(Aborts([] { AssertAudioThread("a stage of process()"); }), kChecked);
  CHECK(!Aborts([] {
    const AudioThreadScope scope;
    AssertAudioThread("a stage of process()");
  }));
  CHECK(!Aborts([] { AssertMainThread("activation"); }));
  return 0;
}
