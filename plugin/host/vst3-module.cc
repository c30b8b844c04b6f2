#include "plugin/host/vst3-module.h"

#include <cstring>

#include "plugin/host/host-error.h"
#include "plugin/host/vst3-entry.h"

namespace jambridge::host {

namespace {

template <size_t kSize>
std::string Bounded(const char (&text)[kSize]) {
  return std::string(text, strnlen(text, kSize));
}

std::string HexOf(const v3_tuid id) {
  static const char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (int i = 0; i < 16; ++i) {
    text += kDigits[id[i] >> 4];
    text += kDigits[id[i] & 15];
  }
  return text;
}

}  // namespace

Vst3Module::Vst3Module(std::unique_ptr<PluginLibrary> library) : library_(std::move(library)) {
  using GetPluginFactory = v3_plugin_factory**(V3_API*)();
  if (!EnterVst3(*library_)) Fail(path() + ": it refuses to start");
  entered_ = true;
  const auto getFactory = reinterpret_cast<GetPluginFactory>(library_->Symbol("GetPluginFactory"));
  *factory_.Receive() = getFactory();
  if (!factory_) Fail(path() + ": no factory in it");
  FindEffect();
}

Vst3Module::~Vst3Module() {
  factory_.Reset();
  if (entered_) LeaveVst3(*library_);
}

void Vst3Module::FindEffect() {
  const int32_t classes = factory_->num_classes(factory_.get());
  int32_t index = 0;
  while (index < classes && (factory_->get_class_info(factory_.get(), index, &class_) != V3_OK ||
                             Bounded(class_.category) != "Audio Module Class")) {
    ++index;
  }
  if (index >= classes) Fail(path() + ": no audio effect in it");
  identity_ = {"VST3", HexOf(class_.class_id), Bounded(class_.name), "", ""};
  Vst3Ref<v3_plugin_factory_2> factory2;
  if (factory2.QueryFrom(factory_, v3_plugin_factory_2_iid)) {
    v3_class_info_2 info{};
    if (factory2->get_class_info_2(factory2.get(), index, &info) == V3_OK) {
      identity_.vendor = Bounded(info.vendor);
      identity_.version = Bounded(info.version);
    }
  }
}

bool Vst3Module::Create(const v3_tuid classId, const v3_tuid iid, void** object) {
  *object = nullptr;
  return factory_->create_instance(factory_.get(), classId, iid, object) == V3_OK && *object != nullptr;
}

void Vst3Module::SetHostContext(v3_funknown** context) {
  Vst3Ref<v3_plugin_factory_3> factory3;
  if (factory3.QueryFrom(factory_, v3_plugin_factory_3_iid))
    factory3->set_host_context(factory3.get(), context);
}

}  // namespace jambridge::host
