// A loaded VST3 module: entered, its audio effect class found and described, left again.
#pragma once

#include <memory>

#include "plugin/host/plugin-instance.h"
#include "plugin/host/plugin-library.h"
#include "plugin/host/vst3-com.h"
#include "travesty/factory.h"

namespace jambridge::host {

class Vst3Module {
 public:
  /** Enters the module; throws HostError. [main-thread] */
  explicit Vst3Module(std::unique_ptr<PluginLibrary> library);
  ~Vst3Module();
  Vst3Module(const Vst3Module&) = delete;
  Vst3Module& operator=(const Vst3Module&) = delete;

  const PluginIdentity& identity() const { return identity_; }
  /** An object of the effect's class. False: the class has no such interface. */
  bool CreateEffect(const v3_tuid iid, void** object) { return Create(class_.class_id, iid, object); }
  bool Create(const v3_tuid classId, const v3_tuid iid, void** object);
  const std::string& path() const { return library_->path(); }
  void SetHostContext(v3_funknown** context);

 private:
  void FindEffect();

  const std::unique_ptr<PluginLibrary> library_;
  bool entered_ = false;
  Vst3Ref<v3_plugin_factory> factory_;
  v3_class_info class_{};
  PluginIdentity identity_;
};

}  // namespace jambridge::host
