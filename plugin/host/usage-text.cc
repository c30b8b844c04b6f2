#include "plugin/host/options.h"

namespace jambridge::host {

const char* UsageText() {
  return R"(Usage: jambridge-host --plugin PATH [options]

Loads a CLAP or VST3 plugin as a DAW would, feeds it a WAV file and a MIDI file in real time,
and writes what comes out. Messages go to standard error.

  --plugin PATH           .clap or .vst3: the bundle or the shared object
  --in FILE.wav           input: PCM 16/24/32 or float 32/64, up to 16 channels (default: silence)
  --out FILE.wav          output
  --midi-in FILE.mid      input: Standard MIDI File, format 0 or 1
  --midi-out FILE.mid     output: format 0; one tick is one frame wherever a file can say so
  --seconds N             length; silence follows the input (default: the length of the input)
  --rate HZ               sample rate; the input must have it (default: the input's, or 48000)
  --channels N            channels in and out, 0..16; 0 is MIDI alone (default: the plugin's)
  --block N               frames per block, 1..8192 (default 256)
  --block random:SEED[:MAX]  random sizes 1..MAX (default MAX 4096); one seed, one sequence
  --max-block N           largest block that the plugin is told of (default: the largest that comes)
  --set KEY=VALUE         parameter by key, name or id, e.g. --set mode=send --set channel=3
  --set-at SECONDS:KEY=VALUE  the same at a moment of the run
  --list-parameters       prints the parameters and their values, and ends
  --state FILE            loads the plugin's state first; --set comes after
  --save-state FILE       saves it at the end
  --offline               as fast as possible, and tells the plugin so
  --in-place              input and output share their buffers
  --start-at-us T         frame 0 is due at T microseconds of CLOCK_MONOTONIC
  --segment NAME          JAMBRIDGE_SEGMENT for the plugin: which engine it belongs to
  --bits 16|24|32f        encoding of --out (default 32f, bit-exact); --float is 32f
  --json                  prints one JSON object on standard output at the end
  --progress              prints one JSON object a line on standard error, every 250 ms
  --help, --version

Exit code: 0 done, 1 failed, 2 wrong use. SIGINT and SIGTERM end the run early; files are complete.
)";
}

}  // namespace jambridge::host
