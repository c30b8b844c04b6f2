#include "plugin/host/vst3-host.h"

#include "plugin/host/utf16.h"

namespace jambridge::host {

v3_result V3_API Vst3Application::getName(v3_str_128 name) {
  ToUtf16("jambridge-host", name, 128);
  return V3_OK;
}

v3_result V3_API Vst3Application::createInstance(v3_tuid, v3_tuid, void** object) {
  *object = nullptr;  // IMessage and IAttributeList: component and controller talk directly here
  return V3_NOT_IMPLEMENTED;
}

v3_result V3_API Vst3ComponentHandler::restartComponent(int32_t flags) {
  flags_.fetch_or(flags, std::memory_order_release);
  return V3_OK;
}

}  // namespace jambridge::host
