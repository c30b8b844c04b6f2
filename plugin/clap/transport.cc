// CLAP counts the song in seconds (fixed point); the shim in frames.
#include <cmath>

#include "bridge/shm/segment-layout.h"
#include "clap/fixedpoint.h"
#include "plugin/clap/events.h"

namespace jambridge::clap {
namespace {

int64_t FramesOf(clap_sectime time, double sampleRate) {
  return std::llround(static_cast<double>(time) / static_cast<double>(CLAP_SECTIME_FACTOR) * sampleRate);
}

}  // namespace

Transport ReadTransport(const clap_event_transport_t* from, double sampleRate) {
  Transport to{};
  if (from == nullptr) return to;
  if ((from->flags & CLAP_TRANSPORT_IS_PLAYING) != 0) to.flags |= kTransportPlaying;
  if ((from->flags & CLAP_TRANSPORT_IS_RECORDING) != 0) to.flags |= kTransportRecording;
  if ((from->flags & CLAP_TRANSPORT_IS_LOOP_ACTIVE) != 0) to.flags |= kTransportLooping;
  if ((from->flags & CLAP_TRANSPORT_HAS_SECONDS_TIMELINE) != 0) {
    to.flags |= kTransportPositionValid;
    to.songFrame = FramesOf(from->song_pos_seconds, sampleRate);
    to.loopStartFrame = FramesOf(from->loop_start_seconds, sampleRate);
    to.loopEndFrame = FramesOf(from->loop_end_seconds, sampleRate);
  }
  if ((from->flags & CLAP_TRANSPORT_HAS_TEMPO) != 0) {
    to.flags |= kTransportTempoValid;
    to.tempo = from->tempo;
  }
  if ((from->flags & CLAP_TRANSPORT_HAS_TIME_SIGNATURE) != 0) {
    to.flags |= kTransportSignatureValid;
    to.signatureNumerator = from->tsig_num;
    to.signatureDenominator = from->tsig_denom;
  }
  return to;
}

}  // namespace jambridge::clap
