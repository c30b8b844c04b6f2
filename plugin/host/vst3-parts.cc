#include "plugin/host/vst3-parts.h"

#include "plugin/host/host-error.h"

namespace jambridge::host {

void Vst3Parts::Create() {
  v3_funknown** context = application.As<v3_funknown>();
  module.SetHostContext(context);
  if (!module.CreateEffect(v3_component_iid, component.Receive()))
    Fail(module.path() + ": the plugin can't be made");
  if (v3_cpp_obj_initialize(component.get(), context) != V3_OK) {
    Fail(module.path() + ": the plugin refuses to initialize");
  }
  componentInitialized_ = true;
  if (!processor.QueryFrom(component, v3_audio_processor_iid))
    Fail(module.path() + ": the plugin processes no audio");
  CreateController();
}

void Vst3Parts::CreateController() {
  if (!controller.QueryFrom(component, v3_edit_controller_iid)) {
    v3_tuid classId{};
    if (component->get_controller_class_id(component.get(), classId) != V3_OK ||
        !module.Create(classId, v3_edit_controller_iid, controller.Receive())) {
      return;  // a plugin without parameters
    }
    if (v3_cpp_obj_initialize(controller.get(), application.As<v3_funknown>()) != V3_OK) {
      Fail(module.path() + ": the plugin's controller refuses to initialize");
    }
    controllerInitialized_ = true;
    Connect();
  }
  controller->set_component_handler(controller.get(), handler.As<v3_component_handler>());
}

void Vst3Parts::Connect() {
  if (!componentPoint_.QueryFrom(component, v3_connection_point_iid)) return;
  if (!controllerPoint_.QueryFrom(controller, v3_connection_point_iid)) return;
  componentPoint_->connect(componentPoint_.get(), controllerPoint_.get());
  controllerPoint_->connect(controllerPoint_.get(), componentPoint_.get());
}

Vst3Parts::~Vst3Parts() {
  if (componentPoint_ && controllerPoint_) {
    componentPoint_->disconnect(componentPoint_.get(), controllerPoint_.get());
    controllerPoint_->disconnect(controllerPoint_.get(), componentPoint_.get());
  }
  if (controller) controller->set_component_handler(controller.get(), nullptr);
  if (controllerInitialized_) v3_cpp_obj_terminate(controller.get());
  if (componentInitialized_) v3_cpp_obj_terminate(component.get());
  componentPoint_.Reset();
  controllerPoint_.Reset();
  controller.Reset();
  processor.Reset();
  component.Reset();
  module.SetHostContext(nullptr);
}

}  // namespace jambridge::host
