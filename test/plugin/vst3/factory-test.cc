// The door of the module, interfaces, buses, moduleinfo.json. argv: JamBridge.so moduleinfo.json
#include <bit>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "plugin/shim/plugin.h"
#include "plugin/vst3/vst3-interfaces.h"
#include "test/plugin/support/own-segment.h"
#include "test/plugin/support/process-facts.h"
#include "test/plugin/vst3/vst3-host.h"
#include "test/support/check.h"

using namespace jambridge;
using namespace jambridge::test;

namespace {

void DescribesItself(const Vst3Module& module) {
  CHECK(module.entered());
  v3_plugin_factory** factory = module.factory();
  CHECK(factory != nullptr && v3_cpp_obj(factory)->num_classes(factory) == 1);
  v3_factory_info about{};
  CHECK(v3_cpp_obj(factory)->get_factory_info(factory, &about) == V3_OK);
  CHECK(std::string(about.vendor) == PLUG_MFR && about.flags == 0x10);
  v3_class_info info{};
  CHECK(v3_cpp_obj(factory)->get_class_info(factory, 0, &info) == V3_OK);
  CHECK(v3_tuid_match(info.class_id, kVst3ClassId) && std::string(info.name) == "JamBridge");
  CHECK(std::string(info.category) == "Audio Module Class");
  CHECK(v3_cpp_obj(factory)->get_class_info(factory, 1, &info) != V3_OK);
  CHECK(v3_cpp_obj(factory)->get_class_info(factory, -1, &info) != V3_OK);
  v3_plugin_factory_3** third = nullptr;
  CHECK(v3_cpp_obj_query_interface(factory, v3_plugin_factory_3_iid, &third) == V3_OK);
  v3_class_info_3 wide{};
  CHECK(v3_cpp_obj(third)->get_class_info_utf16(third, 0, &wide) == V3_OK);
  CHECK(Narrow(wide.name) == "JamBridge" && Narrow(wide.version) == PLUG_VERSION);
  CHECK(std::string(wide.sub_categories) == PLUG_VST3_SUBCATEGORIES);
}

void RefusesStrangers(const Vst3Module& module) {
  v3_plugin_factory** factory = module.factory();
  const v3_tuid stranger = V3_ID(1, 2, 3, 4);
  void* made = factory;
  CHECK(v3_cpp_obj(factory)->create_instance(factory, stranger, v3_component_iid, &made) != V3_OK);
  CHECK(made == nullptr);
  CHECK(v3_cpp_obj(factory)->create_instance(factory, kVst3ClassId, stranger, &made) != V3_OK);
  CHECK(made == nullptr);
  CHECK(v3_cpp_obj_query_interface(factory, stranger, reinterpret_cast<v3_funknown***>(&made)) != V3_OK);
}

void CountsReferences(const Vst3Module& module) {
  v3_plugin_factory** factory = module.factory();
  void* made = nullptr;
  CHECK(v3_cpp_obj(factory)->create_instance(factory, kVst3ClassId, v3_funknown_iid, &made) == V3_OK);
  auto** object = static_cast<v3_component**>(made);
  CHECK(v3_cpp_obj_ref(object) == 2);
  v3_edit_controller** controller = nullptr;
  CHECK(v3_cpp_obj_query_interface(object, v3_edit_controller_iid, &controller) == V3_OK);
  Handler handler;
  v3_cpp_obj(controller)->set_component_handler(controller, As<v3_component_handler>(handler));
  CHECK(handler.references == 2);
  CHECK(v3_cpp_obj_terminate(controller) == V3_OK && handler.references == 1);
  CHECK(v3_cpp_obj_unref(controller) == 2 && v3_cpp_obj_unref(object) == 1);
  CHECK(v3_cpp_obj_unref(object) == 0);
}

void HasItsBuses(Vst3Instance& instance) {
  v3_component** component = instance.component;
  for (const int32_t type : {V3_AUDIO, V3_EVENT}) {
    for (const int32_t direction : {V3_INPUT, V3_OUTPUT}) {
      CHECK(v3_cpp_obj(component)->get_bus_count(component, type, direction) == 1);
      v3_bus_info info{};
      CHECK(v3_cpp_obj(component)->get_bus_info(component, type, direction, 0, &info) == V3_OK);
      CHECK(info.media_type == type && info.direction == direction && info.bus_name[0] != 0);
      CHECK(info.channel_count == (type == V3_AUDIO ? 2 : 16) && info.bus_type == V3_MAIN);
      CHECK(v3_cpp_obj(component)->get_bus_info(component, type, direction, 1, &info) != V3_OK);
      CHECK(v3_cpp_obj(component)->activate_bus(component, type, direction, 0, 1) == V3_OK);
      CHECK(v3_cpp_obj(component)->activate_bus(component, type, direction, 1, 1) != V3_OK);
    }
  }
  CHECK(v3_cpp_obj(component)->get_bus_count(component, 7, V3_INPUT) == 0);
}

uint32_t ChannelsOf(v3_speaker_arrangement speakers) {
  return static_cast<uint32_t>(std::popcount(speakers));
}

bool Arrange(Vst3Instance& instance, v3_speaker_arrangement in, v3_speaker_arrangement out) {
  return v3_cpp_obj(instance.processor)->set_bus_arrangements(instance.processor, &in, 1, &out, 1) == V3_TRUE;
}

v3_speaker_arrangement Arrangement(Vst3Instance& instance, int32_t direction) {
  v3_speaker_arrangement now = 0;
  v3_audio_processor** processor = instance.processor;
  CHECK(v3_cpp_obj(processor)->get_bus_arrangement(processor, direction, 0, &now) == V3_OK);
  v3_bus_info info{};
  v3_component** component = instance.component;
  CHECK(v3_cpp_obj(component)->get_bus_info(component, V3_AUDIO, direction, 0, &info) == V3_OK);
  CHECK(info.channel_count == static_cast<int32_t>(ChannelsOf(now)));
  return now;
}

// What is refused changes nothing; what is accepted is what is told afterwards.
void NegotiatesBuses(Vst3Instance& instance) {
  v3_speaker_arrangement two[2] = {kVst3Stereo, kVst3Stereo};
  v3_audio_processor** processor = instance.processor;
  const auto set = [&](v3_speaker_arrangement* in, int32_t ins, v3_speaker_arrangement* out, int32_t outs) {
    return v3_cpp_obj(processor)->set_bus_arrangements(processor, in, ins, out, outs) == V3_TRUE;
  };
  for (v3_speaker_arrangement in = 0; in < 1U << 17; in = in * 2 + 1) {
    for (v3_speaker_arrangement out = 0; out < 1U << 17; out = out * 2 + 1) {
      CHECK(Arrange(instance, kVst3Stereo, kVst3Stereo));
      const bool fits = ChannelsFit(ChannelsOf(in), ChannelsOf(out));
      CHECK(Arrange(instance, in, out) == fits);
      CHECK(Arrangement(instance, V3_INPUT) == (fits ? in : kVst3Stereo));
      CHECK(Arrangement(instance, V3_OUTPUT) == (fits ? out : kVst3Stereo));
    }
  }
  CHECK(Arrange(instance, 0x3F, 0x3F) && !Arrange(instance, 0x1FFFF, 0x1FFFF));  // 5.1; 17 channels
  CHECK(Arrange(instance, kVst3Stereo, kVst3Stereo));
  CHECK(!set(two, 2, two, 1) && !set(two, 1, two, 2) && !set(two, -1, two, 1));
  CHECK(!set(nullptr, 1, two, 1) && !set(two, 1, nullptr, 1));
  CHECK(set(nullptr, 0, two, 1) && Arrangement(instance, V3_INPUT) == kVst3Stereo);
  CHECK(Arrange(instance, kVst3Mono, kVst3Mono));
  v3_speaker_arrangement now = 0;
  CHECK(v3_cpp_obj(processor)->get_bus_arrangement(processor, V3_OUTPUT, 1, &now) != V3_OK);
  CHECK(instance.Activate());
  CHECK(!Arrange(instance, kVst3Stereo, kVst3Stereo));  // not while active
  Planar in(1, 64);
  Planar out(1, 64);
  in.Fill(0.25F);
  CHECK(instance.Process(in, out, 64) == V3_OK && out[0][63] == 0.25F);
  instance.Deactivate();
  CHECK(Arrange(instance, kVst3Stereo, kVst3Stereo));
}

void SaysItIsLive(Vst3Instance& instance) {
  v3_funknown** needs = nullptr;
  CHECK(v3_cpp_obj_query_interface(instance.component, v3_process_context_requirements_iid, &needs) == V3_OK);
  auto* requirements = reinterpret_cast<vst3::ProcessContextRequirements*>(needs);
  CHECK((requirements->getProcessContextRequirements() & V3_PROCESS_CTX_NEED_TRANSPORT_STATE) != 0);
  requirements->release();
  CHECK(v3_cpp_obj_query_interface(instance.component, vst3::kPrefetchableSupportIid, &needs) == V3_OK);
  auto* prefetchable = reinterpret_cast<vst3::PrefetchableSupport*>(needs);
  auto support = vst3::Prefetchable::kYet;
  CHECK(prefetchable->getPrefetchableSupport(&support) == V3_OK && support == vst3::Prefetchable::kNever);
  prefetchable->release();
  v3_audio_processor** processor = instance.processor;
  CHECK(v3_cpp_obj(processor)->can_process_sample_size(processor, V3_SAMPLE_32) == V3_TRUE);
  CHECK(v3_cpp_obj(processor)->can_process_sample_size(processor, V3_SAMPLE_64) != V3_TRUE);
  CHECK(v3_cpp_obj(processor)->get_tail_samples(processor) == UINT32_MAX);
  CHECK(v3_cpp_obj(instance.controller)->create_view(instance.controller, "editor") == nullptr);
}

// What hosts read instead of loading the module must say the same as the factory.
void HasItsModuleInfo(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  char id[33];
  std::snprintf(id, sizeof id, "%08X%08X%08X%08X", PLUG_VST3_UID_1, PLUG_VST3_UID_2, PLUG_VST3_UID_3,
                PLUG_VST3_UID_4);
  CHECK(text.str().find("\"CID\": \"" + std::string(id) + "\"") != std::string::npos);
  CHECK(text.str().find("\"Version\": \"" PLUG_VERSION "\"") != std::string::npos);
  CHECK(text.str().find("\"Sub Categories\": [\"Fx\", \"Network\"]") != std::string::npos);
  CHECK(text.str().find('@') == std::string::npos);
}

}  // namespace

int main(int argc, char** argv) {
  CHECK(argc == 3);
  UseOwnSegment();
  const size_t threadsBefore = CountThreads();
  const Vst3Module module(argv[1]);
  DescribesItself(module);
  RefusesStrangers(module);
  CountsReferences(module);
  {
    Vst3Instance instance(module);
    CHECK(instance.component != nullptr);
    HasItsBuses(instance);
    SaysItIsLive(instance);
    CHECK(CountThreads() == threadsBefore);  // a scan starts no thread
    NegotiatesBuses(instance);
  }
  HasItsModuleInfo(argv[2]);
  return 0;
}
