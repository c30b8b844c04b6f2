// The module's factory: one class, which is component and controller.
#include "plugin/vst3/factory.h"

#include <cstdio>
#include <cstring>
#include <new>

#include "plugin/shim/config.h"
#include "plugin/vst3/instance.h"
#include "plugin/vst3/text.h"

namespace jambridge::vst3 {
namespace {

constexpr v3_tuid kClassId = V3_ID(PLUG_VST3_UID_1, PLUG_VST3_UID_2, PLUG_VST3_UID_3, PLUG_VST3_UID_4);
constexpr char kCategory[] = "Audio Module Class";
constexpr char kSdkVersion[] = "VST 3.7.4";  // the interfaces are of that age
constexpr int32_t kUnicode = 0x10;

template <size_t N>
void Copy(char (&to)[N], const char* from) {
  std::snprintf(to, N, "%s", from);
}

// The part that all three forms of a class description share.
template <class Info>
void Describe(Info& info) {
  info = {};
  std::memcpy(info.class_id, kClassId, sizeof kClassId);
  info.cardinality = 0x7FFFFFFF;  // any number of instances
  Copy(info.category, kCategory);
}

class Factory final : public PluginFactory {
 public:
  v3_result V3_API queryInterface(const v3_tuid iid, void** object) override {
    if (object == nullptr) return V3_INVALID_ARG;
    const auto is = [iid](const v3_tuid id) { return v3_tuid_match(iid, id); };
    const bool known = is(v3_funknown_iid) || is(v3_plugin_factory_iid) || is(v3_plugin_factory_2_iid) ||
                       is(v3_plugin_factory_3_iid);
    *object = known ? this : nullptr;
    return known ? V3_OK : V3_NO_INTERFACE;
  }
  // It lives as long as the module: references are not counted.
  uint32_t V3_API addRef() override { return 2; }
  uint32_t V3_API release() override { return 1; }

  v3_result V3_API getFactoryInfo(v3_factory_info* info) override {
    if (info == nullptr) return V3_INVALID_ARG;
    *info = {};
    Copy(info->vendor, PLUG_MFR);
    Copy(info->url, PLUG_URL);
    info->flags = kUnicode;
    return V3_OK;
  }

  int32_t V3_API countClasses() override { return 1; }

  v3_result V3_API getClassInfo(int32_t index, v3_class_info* info) override {
    if (index != 0 || info == nullptr) return V3_INVALID_ARG;
    Describe(*info);
    Copy(info->name, PLUG_NAME);
    return V3_OK;
  }

  v3_result V3_API getClassInfo2(int32_t index, v3_class_info_2* info) override {
    if (index != 0 || info == nullptr) return V3_INVALID_ARG;
    Describe(*info);
    Copy(info->name, PLUG_NAME);
    Copy(info->sub_categories, PLUG_VST3_SUBCATEGORIES);
    Copy(info->vendor, PLUG_MFR);
    Copy(info->version, PLUG_VERSION);
    Copy(info->sdk_version, kSdkVersion);
    return V3_OK;
  }

  v3_result V3_API getClassInfoUnicode(int32_t index, v3_class_info_3* info) override {
    if (index != 0 || info == nullptr) return V3_INVALID_ARG;
    Describe(*info);
    ToUtf16(PLUG_NAME, info->name);
    Copy(info->sub_categories, PLUG_VST3_SUBCATEGORIES);
    ToUtf16(PLUG_MFR, info->vendor);
    ToUtf16(PLUG_VERSION, info->version);
    ToUtf16(kSdkVersion, info->sdk_version);
    return V3_OK;
  }

  v3_result V3_API setHostContext(v3_funknown**) override { return V3_OK; }

  // Hosts make instances only to look at them: this connects to nothing and starts no thread.
  v3_result V3_API createInstance(const v3_tuid classId, const v3_tuid iid, void** object) override {
    if (object == nullptr) return V3_INVALID_ARG;
    *object = nullptr;
    if (!v3_tuid_match(classId, kClassId)) return V3_INVALID_ARG;
    auto* instance = new (std::nothrow) Instance;
    if (instance == nullptr) return V3_NOMEM;
    const v3_result result = instance->queryInterface(iid, object);
    instance->release();
    return result;
  }
};

Factory gFactory;

}  // namespace

void* GetFactory() { return static_cast<PluginFactory*>(&gFactory); }

}  // namespace jambridge::vst3
