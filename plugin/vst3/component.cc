// Life of an instance: references, buses, state.
#include "plugin/shim/parameters.h"
#include "plugin/vst3/instance.h"
#include "plugin/vst3/state-stream.h"
#include "plugin/vst3/text.h"

namespace jambridge::vst3 {
namespace {

bool IsBus(int32_t mediaType, int32_t direction, int32_t index) {
  return (mediaType == V3_AUDIO || mediaType == V3_EVENT) &&
         (direction == V3_INPUT || direction == V3_OUTPUT) && index == 0;
}

}  // namespace

Instance::Instance() : core_(this) {
  SyncController();
  latency_.Read(core_.GetLatency());
}

Instance::~Instance() { Deactivate(); }

v3_result Instance::queryInterface(const v3_tuid iid, void** object) {
  if (object == nullptr) return V3_INVALID_ARG;
  const auto is = [iid](const v3_tuid id) { return v3_tuid_match(iid, id); };
  if (is(v3_funknown_iid) || is(v3_plugin_base_iid) || is(v3_component_iid)) {
    *object = static_cast<Component*>(this);
  } else if (is(v3_audio_processor_iid)) {
    *object = static_cast<AudioProcessor*>(this);
  } else if (is(v3_edit_controller_iid)) {
    *object = static_cast<EditController*>(this);
  } else if (is(v3_midi_mapping_iid)) {
    *object = static_cast<MidiMapping*>(this);
  } else if (is(v3_process_context_requirements_iid)) {
    *object = static_cast<ProcessContextRequirements*>(this);
  } else if (is(kPrefetchableSupportIid)) {
    *object = static_cast<PrefetchableSupport*>(this);
  } else if (is(kNoteExpressionControllerIid)) {
    *object = static_cast<NoteExpressionController*>(this);
  } else if (is(kInfoListenerIid)) {
    *object = static_cast<InfoListener*>(this);
  } else {
    *object = nullptr;
    return V3_NO_INTERFACE;
  }
  addRef();
  return V3_OK;
}

uint32_t Instance::addRef() { return references_.fetch_add(1, std::memory_order_relaxed) + 1; }

// SYNC POINT instance-references: the last release sees all that others did before theirs.
uint32_t Instance::release() {
  const uint32_t left = references_.fetch_sub(1, std::memory_order_acq_rel) - 1;
  if (left == 0) delete this;
  return left;
}

bool Instance::TryRetain() {
  uint32_t references = references_.load(std::memory_order_relaxed);
  while (references > 0) {
    if (references_.compare_exchange_weak(references, references + 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

void Instance::ReleaseRetained() { release(); }

v3_result Instance::initialize(v3_funknown**) { return V3_OK; }

v3_result Instance::terminate() {
  Deactivate();
  handler_.Set(nullptr);
  return V3_OK;
}

v3_result Instance::getControllerClassId(v3_tuid) { return V3_NOT_IMPLEMENTED; }  // it is this object

v3_result Instance::setIoMode(int32_t) { return V3_NOT_IMPLEMENTED; }

int32_t Instance::getBusCount(int32_t mediaType, int32_t direction) {
  return IsBus(mediaType, direction, 0) ? 1 : 0;
}

v3_result Instance::getBusInfo(int32_t mediaType, int32_t direction, int32_t index, v3_bus_info* info) {
  if (!IsBus(mediaType, direction, index) || info == nullptr) return V3_INVALID_ARG;
  const bool audio = mediaType == V3_AUDIO;
  const bool input = direction == V3_INPUT;
  *info = {};
  info->media_type = mediaType;
  info->direction = direction;
  info->channel_count = audio ? static_cast<int32_t>(ChannelsOf(input ? speakersIn_ : speakersOut_)) : 16;
  info->bus_type = V3_MAIN;
  info->flags = V3_DEFAULT_ACTIVE;
  if (audio) {
    ToUtf16(input ? "Input" : "Output", info->bus_name);
  } else {
    ToUtf16(input ? "MIDI In" : "MIDI Out", info->bus_name);
  }
  return V3_OK;
}

v3_result Instance::getRoutingInfo(v3_routing_info*, v3_routing_info*) { return V3_NOT_IMPLEMENTED; }

// A bus that is switched off comes without buffers, which process() copes with block by block.
v3_result Instance::activateBus(int32_t mediaType, int32_t direction, int32_t index, v3_bool) {
  return IsBus(mediaType, direction, index) ? V3_OK : V3_INVALID_ARG;
}

// The engine's status calls the plugin as its track is called.
v3_result Instance::setChannelContextInfos(v3_attribute_list** list) {
  if (list == nullptr) return V3_INVALID_ARG;
  std::array<int16_t, 128> name{};
  const uint32_t nameBytes = sizeof name;
  if (v3_cpp_obj(list)->get_string(list, kChannelNameKey, name.data(), nameBytes) != V3_OK) return V3_OK;
  const std::lock_guard lock(activation_);
  core_.SetName(FromUtf16(name.data(), name.size()));
  return V3_OK;
}

v3_result Instance::setState(v3_bstream** stream) {
  const std::optional<std::string> text = ReadAll(stream);
  {
    const std::lock_guard lock(activation_);
    if (!text || !core_.UnserializeState(*text)) return V3_FALSE;
  }
  SyncController();
  TellLatency();
  // A state that comes while active is a break in the sound already: no need to be patient.
  if (latency_.waits()) RestartCore();
  TellLatency();
  return V3_OK;
}

v3_result Instance::getState(v3_bstream** stream) {
  return WriteAll(stream, core_.SerializeState()) ? V3_OK : V3_FALSE;
}

}  // namespace jambridge::vst3
