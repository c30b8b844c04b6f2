// The VST3 interfaces that the plugin implements, as C++ classes in the ABI's method order.
//
// travesty (ISC) gives VST3's ids, structures and the C view of a host's objects. For objects of our
// own the compiler makes the same table of function pointers from an abstract class without virtual
// destructor, base methods first. V3_API matters on 32-bit Windows only. Method names follow VST3.
#pragma once

#include <cstdint>

#include "travesty/audio_processor.h"
#include "travesty/component.h"
#include "travesty/edit_controller.h"
#include "travesty/factory.h"
#include "travesty/message.h"

namespace jambridge::vst3 {

// NOLINTBEGIN(cppcoreguidelines-virtual-class-destructor): a destructor would shift the table.

class Unknown {
 public:
  virtual v3_result V3_API queryInterface(const v3_tuid iid, void** object) = 0;
  virtual uint32_t V3_API addRef() = 0;
  virtual uint32_t V3_API release() = 0;
};

class PluginBase : public Unknown {
 public:
  virtual v3_result V3_API initialize(v3_funknown** context) = 0;
  virtual v3_result V3_API terminate() = 0;
};

class Component : public PluginBase {
 public:
  virtual v3_result V3_API getControllerClassId(v3_tuid id) = 0;
  virtual v3_result V3_API setIoMode(int32_t mode) = 0;
  virtual int32_t V3_API getBusCount(int32_t mediaType, int32_t direction) = 0;
  virtual v3_result V3_API getBusInfo(int32_t mediaType, int32_t direction, int32_t index,
                                      v3_bus_info* info) = 0;
  virtual v3_result V3_API getRoutingInfo(v3_routing_info* in, v3_routing_info* out) = 0;
  virtual v3_result V3_API activateBus(int32_t mediaType, int32_t direction, int32_t index,
                                       v3_bool state) = 0;
  virtual v3_result V3_API setActive(v3_bool state) = 0;
  virtual v3_result V3_API setState(v3_bstream** stream) = 0;
  virtual v3_result V3_API getState(v3_bstream** stream) = 0;
};

class AudioProcessor : public Unknown {
 public:
  virtual v3_result V3_API setBusArrangements(v3_speaker_arrangement* inputs, int32_t inputCount,
                                              v3_speaker_arrangement* outputs, int32_t outputCount) = 0;
  virtual v3_result V3_API getBusArrangement(int32_t direction, int32_t index,
                                             v3_speaker_arrangement* arrangement) = 0;
  virtual v3_result V3_API canProcessSampleSize(int32_t symbolicSampleSize) = 0;
  virtual uint32_t V3_API getLatencySamples() = 0;
  virtual v3_result V3_API setupProcessing(v3_process_setup* setup) = 0;
  virtual v3_result V3_API setProcessing(v3_bool state) = 0;
  virtual v3_result V3_API process(v3_process_data* data) = 0;
  virtual uint32_t V3_API getTailSamples() = 0;
};

// The state methods carry "Controller" in their names: one object is component and controller, and
// equal names would make them one method.
class EditController : public PluginBase {
 public:
  virtual v3_result V3_API setComponentState(v3_bstream** stream) = 0;
  virtual v3_result V3_API setControllerState(v3_bstream** stream) = 0;
  virtual v3_result V3_API getControllerState(v3_bstream** stream) = 0;
  virtual int32_t V3_API getParameterCount() = 0;
  virtual v3_result V3_API getParameterInfo(int32_t index, v3_param_info* info) = 0;
  virtual v3_result V3_API getParamStringByValue(v3_param_id id, double normalized, v3_str_128 text) = 0;
  virtual v3_result V3_API getParamValueByString(v3_param_id id, int16_t* text, double* normalized) = 0;
  virtual double V3_API normalizedParamToPlain(v3_param_id id, double normalized) = 0;
  virtual double V3_API plainParamToNormalized(v3_param_id id, double plain) = 0;
  virtual double V3_API getParamNormalized(v3_param_id id) = 0;
  virtual v3_result V3_API setParamNormalized(v3_param_id id, double normalized) = 0;
  virtual v3_result V3_API setComponentHandler(v3_component_handler** handler) = 0;
  virtual void* V3_API createView(const char* name) = 0;
};

class MidiMapping : public Unknown {
 public:
  virtual v3_result V3_API getMidiControllerAssignment(int32_t bus, int16_t channel, int16_t controller,
                                                       v3_param_id* id) = 0;
};

class ProcessContextRequirements : public Unknown {
 public:
  virtual uint32_t V3_API getProcessContextRequirements() = 0;
};

// Not in travesty; from the published ABI of VST 3.6.5.
inline constexpr v3_tuid kPrefetchableSupportIid = V3_ID(0x8AE54FDA, 0xE93046B9, 0xA28555BC, 0xDC98E21E);
enum class Prefetchable : uint32_t { kNever = 0, kYet = 1, kNotYet = 2 };

class PrefetchableSupport : public Unknown {
 public:
  virtual v3_result V3_API getPrefetchableSupport(Prefetchable* support) = 0;
};

// Not in travesty either; from VST 3.6.5: the host tells of the track that the plugin is on.
inline constexpr v3_tuid kInfoListenerIid = V3_ID(0x0F194781, 0x8D984ADA, 0xBBA0C1EF, 0xC011D8D0);
inline constexpr char kChannelNameKey[] = "channel name";

class InfoListener : public Unknown {
 public:
  virtual v3_result V3_API setChannelContextInfos(v3_attribute_list** list) = 0;
};

// Not in travesty: note expression types, from VST 3.5.
inline constexpr v3_tuid kNoteExpressionControllerIid = V3_ID(0xB7F8F859, 0x41234872, 0x91169581, 0x4F3721A3);

struct NoteExpressionTypeInfo {
  uint32_t typeId;
  v3_str_128 title;
  v3_str_128 shortTitle;
  v3_str_128 units;
  int32_t unitId;
  double defaultValue;
  double minimum;
  double maximum;
  int32_t stepCount;
  v3_param_id associatedParameterId;
  int32_t flags;
};

enum NoteExpressionFlags : int32_t { kExpressionIsBipolar = 1 << 0, kExpressionIsAbsolute = 1 << 2 };

class NoteExpressionController : public Unknown {
 public:
  virtual int32_t V3_API getNoteExpressionCount(int32_t bus, int16_t channel) = 0;
  virtual v3_result V3_API getNoteExpressionInfo(int32_t bus, int16_t channel, int32_t index,
                                                 NoteExpressionTypeInfo* info) = 0;
  virtual v3_result V3_API getNoteExpressionStringByValue(int32_t bus, int16_t channel, uint32_t type,
                                                          double normalized, v3_str_128 text) = 0;
  virtual v3_result V3_API getNoteExpressionValueByString(int32_t bus, int16_t channel, uint32_t type,
                                                          const int16_t* text, double* normalized) = 0;
};

class PluginFactory : public Unknown {
 public:
  virtual v3_result V3_API getFactoryInfo(v3_factory_info* info) = 0;
  virtual int32_t V3_API countClasses() = 0;
  virtual v3_result V3_API getClassInfo(int32_t index, v3_class_info* info) = 0;
  virtual v3_result V3_API createInstance(const v3_tuid classId, const v3_tuid iid, void** object) = 0;
  virtual v3_result V3_API getClassInfo2(int32_t index, v3_class_info_2* info) = 0;
  virtual v3_result V3_API getClassInfoUnicode(int32_t index, v3_class_info_3* info) = 0;
  virtual v3_result V3_API setHostContext(v3_funknown** context) = 0;
};

// NOLINTEND(cppcoreguidelines-virtual-class-destructor)

}  // namespace jambridge::vst3
