// The host side of VST3 that a plugin may keep: the application and the component handler.
#pragma once

#include <atomic>

#include "plugin/host/vst3-com.h"
#include "travesty/edit_controller.h"
#include "travesty/host.h"

namespace jambridge::host {

class Vst3Application final : public Vst3Hosted {
 public:
  Vst3Application() : Vst3Hosted(v3_host_application_iid) {}
  virtual v3_result V3_API getName(v3_str_128 name);
  virtual v3_result V3_API createInstance(v3_tuid, v3_tuid, void** object);
};

class Vst3ComponentHandler final : public Vst3Hosted {
 public:
  Vst3ComponentHandler() : Vst3Hosted(v3_component_handler_iid) {}
  virtual v3_result V3_API beginEdit(v3_param_id) { return V3_OK; }
  virtual v3_result V3_API performEdit(v3_param_id, double) { return V3_OK; }
  virtual v3_result V3_API endEdit(v3_param_id) { return V3_OK; }
  virtual v3_result V3_API restartComponent(int32_t flags);

  /** What restartComponent() asked for since the last call. [main-thread] */
  int32_t TakeFlags() { return flags_.exchange(0, std::memory_order_acquire); }

 private:
  // SYNC POINT host-requests: set (release) by whichever thread the plugin calls from, taken by
  // [main-thread].
  std::atomic<int32_t> flags_{0};
};

}  // namespace jambridge::host
