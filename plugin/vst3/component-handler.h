// The host's component handler, shared by the main thread and the latency notifier.
#pragma once

#include <mutex>

#include "travesty/edit_controller.h"

namespace jambridge::vst3 {

class ComponentHandler {
 public:
  ComponentHandler() = default;
  ComponentHandler(const ComponentHandler&) = delete;
  ComponentHandler& operator=(const ComponentHandler&) = delete;
  ~ComponentHandler() { Set(nullptr); }

  /// Keeps a reference to `handler` (may be null) and gives the former one back. [main-thread]
  void Set(v3_component_handler** handler) {
    if (handler != nullptr) v3_cpp_obj_ref(handler);
    v3_component_handler** former = nullptr;
    {
      const std::lock_guard lock(mutex_);
      former = handler_;
      handler_ = handler;
    }
    if (former != nullptr) v3_cpp_obj_unref(former);
  }

  /// Asks for a restart, without a lock held: the host may call back at once. False if there is
  /// nobody to ask. [main-thread, notifier-thread]
  bool Restart(int32_t flags) {
    v3_component_handler** handler = nullptr;
    {
      const std::lock_guard lock(mutex_);
      handler = handler_;
      if (handler == nullptr) return false;
      v3_cpp_obj_ref(handler);
    }
    v3_cpp_obj(handler)->restart_component(handler, flags);
    v3_cpp_obj_unref(handler);
    return true;
  }

 private:
  std::mutex mutex_;
  v3_component_handler** handler_ = nullptr;
};

}  // namespace jambridge::vst3
