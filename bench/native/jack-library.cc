#include "bench/native/jack-library.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace jambridge::bench {
namespace {

template <typename Function>
void Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function != nullptr) return;
  std::fprintf(stderr, "jack-tape: libjack.so.0 has no %s\n", name);
  std::exit(1);
}

}  // namespace

JackLibrary LoadJack() {
  void* library = dlopen("libjack.so.0", RTLD_NOW);
  if (library == nullptr) {
    std::fprintf(stderr, "jack-tape: %s\n", dlerror());
    std::exit(1);
  }
  JackLibrary jack{};
  Find(library, "jack_client_open", jack.clientOpen);
  Find(library, "jack_client_close", jack.clientClose);
  Find(library, "jack_activate", jack.activate);
  Find(library, "jack_set_process_callback", jack.setProcessCallback);
  Find(library, "jack_set_xrun_callback", jack.setXrunCallback);
  Find(library, "jack_port_register", jack.portRegister);
  Find(library, "jack_port_get_buffer", jack.portGetBuffer);
  Find(library, "jack_port_name", jack.portName);
  Find(library, "jack_port_by_name", jack.portByName);
  Find(library, "jack_connect", jack.connect);
  Find(library, "jack_get_sample_rate", jack.getSampleRate);
  Find(library, "jack_get_buffer_size", jack.getBufferSize);
  Find(library, "jack_midi_get_event_count", jack.midiGetEventCount);
  Find(library, "jack_midi_event_get", jack.midiEventGet);
  Find(library, "jack_midi_clear_buffer", jack.midiClearBuffer);
  Find(library, "jack_midi_event_write", jack.midiEventWrite);
  return jack;
}

}  // namespace jambridge::bench
