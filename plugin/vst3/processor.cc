// What is agreed before processing: speakers, rate, block size, latency, tail, needs.
#include <algorithm>

#include "plugin/vst3/instance.h"

namespace jambridge::vst3 {

// Any speakers whose numbers go together; a bus that the host does not name stays as it is.
v3_result Instance::setBusArrangements(v3_speaker_arrangement* inputs, int32_t inputCount,
                                       v3_speaker_arrangement* outputs, int32_t outputCount) {
  if (active_ || inputCount < 0 || inputCount > 1 || outputCount < 0 || outputCount > 1) return V3_FALSE;
  if ((inputCount == 1 && inputs == nullptr) || (outputCount == 1 && outputs == nullptr)) return V3_FALSE;
  const v3_speaker_arrangement in = inputCount == 1 ? inputs[0] : speakersIn_;
  const v3_speaker_arrangement out = outputCount == 1 ? outputs[0] : speakersOut_;
  if (!ChannelsFit(ChannelsOf(in), ChannelsOf(out))) return V3_FALSE;
  speakersIn_ = in;
  speakersOut_ = out;
  return V3_TRUE;
}

v3_result Instance::getBusArrangement(int32_t direction, int32_t index, v3_speaker_arrangement* arrangement) {
  if ((direction != V3_INPUT && direction != V3_OUTPUT) || index != 0 || arrangement == nullptr) {
    return V3_INVALID_ARG;
  }
  *arrangement = direction == V3_INPUT ? speakersIn_ : speakersOut_;
  return V3_OK;
}

v3_result Instance::canProcessSampleSize(int32_t symbolicSampleSize) {
  return symbolicSampleSize == V3_SAMPLE_32 ? V3_TRUE : V3_FALSE;
}

v3_result Instance::setupProcessing(v3_process_setup* setup) {
  if (setup == nullptr || active_) return V3_FALSE;
  if (setup->symbolic_sample_size != V3_SAMPLE_32 || !(setup->sample_rate > 0)) return V3_FALSE;
  setup_ = *setup;
  // The latency can be told before activation.
  core_.Announce(setup_.sample_rate, static_cast<uint32_t>(std::max(setup_.max_block_size, 1)));
  return V3_OK;
}

v3_result Instance::setProcessing(v3_bool state) {
  if (state != 0) core_.Reset();
  return V3_OK;
}

uint32_t Instance::getTailSamples() { return core_.GetTail(); }

uint32_t Instance::getProcessContextRequirements() {
  return V3_PROCESS_CTX_NEED_PROJECT_TIME | V3_PROCESS_CTX_NEED_CONTINUOUS_TIME | V3_PROCESS_CTX_NEED_CYCLE |
         V3_PROCESS_CTX_NEED_TEMPO | V3_PROCESS_CTX_NEED_TIME_SIG | V3_PROCESS_CTX_NEED_TRANSPORT_STATE;
}

// What the other studio plays can not be computed ahead.
v3_result Instance::getPrefetchableSupport(Prefetchable* support) {
  if (support == nullptr) return V3_INVALID_ARG;
  *support = Prefetchable::kNever;
  return V3_OK;
}

}  // namespace jambridge::vst3
