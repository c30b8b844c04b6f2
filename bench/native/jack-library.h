// The few functions of JACK that the tape needs, found in its library when it runs: the build needs no JACK.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jambridge::bench {

using JackClient = void;
using JackPort = void;
using JackFrames = uint32_t;

struct JackMidiEvent {
  JackFrames time;  // in the period
  size_t size;
  uint8_t* buffer;
};

enum JackPortFlags : unsigned long { kJackInput = 1, kJackOutput = 2 };
inline constexpr char kJackAudio[] = "32 bit float mono audio";
inline constexpr char kJackMidi[] = "8 bit raw midi";
inline constexpr int kJackNoStartServer = 1;

struct JackLibrary {
  JackClient* (*clientOpen)(const char*, int, int*, ...);
  int (*clientClose)(JackClient*);
  int (*activate)(JackClient*);
  int (*setProcessCallback)(JackClient*, int (*)(JackFrames, void*), void*);
  int (*setXrunCallback)(JackClient*, int (*)(void*), void*);
  JackPort* (*portRegister)(JackClient*, const char*, const char*, unsigned long, unsigned long);
  void* (*portGetBuffer)(JackPort*, JackFrames);
  const char* (*portName)(const JackPort*);
  JackPort* (*portByName)(JackClient*, const char*);
  int (*connect)(JackClient*, const char*, const char*);
  JackFrames (*getSampleRate)(JackClient*);
  JackFrames (*getBufferSize)(JackClient*);
  JackFrames (*midiGetEventCount)(void*);
  int (*midiEventGet)(JackMidiEvent*, void*, uint32_t);
  void (*midiClearBuffer)(void*);
  int (*midiEventWrite)(void*, JackFrames, const uint8_t*, size_t);
};

/** Ends the program with a message when the library, or a part of it, is not there. */
JackLibrary LoadJack();

}  // namespace jambridge::bench
