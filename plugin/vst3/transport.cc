// VST3 gives the position in samples, the loop only in quarter notes.
#include <algorithm>
#include <cmath>

#include "bridge/shm/segment-layout.h"
#include "plugin/vst3/events.h"

namespace jambridge::vst3 {
namespace {

// True while the tempo does not change along the song; the best that the format allows.
int64_t FramesOfQuarters(double quarters, const v3_process_context& context) {
  const double frames = quarters * 60.0 / context.bpm * context.sample_rate;
  return std::isfinite(frames) && std::abs(frames) < 9e15 ? std::llround(frames) : 0;
}

}  // namespace

Transport ReadTransport(const v3_process_context* from) {
  Transport to{};
  if (from == nullptr) return to;
  if ((from->state & V3_PROCESS_CTX_PLAYING) != 0) to.flags |= kTransportPlaying;
  if ((from->state & V3_PROCESS_CTX_RECORDING) != 0) to.flags |= kTransportRecording;
  if ((from->state & V3_PROCESS_CTX_CYCLE_ACTIVE) != 0) to.flags |= kTransportLooping;
  to.flags |= kTransportPositionValid;  // VST3 has it in every context
  to.songFrame = from->project_time_in_samples;
  if ((from->state & V3_PROCESS_CTX_TEMPO_VALID) != 0 && from->bpm > 0) {
    to.flags |= kTransportTempoValid;
    to.tempo = from->bpm;
    if ((from->state & V3_PROCESS_CTX_CYCLE_VALID) != 0) {
      to.loopStartFrame = FramesOfQuarters(from->cycle_start_quarters, *from);
      to.loopEndFrame = FramesOfQuarters(from->cycle_end_quarters, *from);
    }
  }
  if ((from->state & V3_PROCESS_CTX_TIME_SIG_VALID) != 0) {
    to.flags |= kTransportSignatureValid;
    to.signatureNumerator = static_cast<uint32_t>(std::max(from->time_sig_numerator, 0));
    to.signatureDenominator = static_cast<uint32_t>(std::max(from->time_sig_denom, 0));
  }
  return to;
}

}  // namespace jambridge::vst3
