// The objects a VST3 plugin consists of, joined as its rules demand and taken apart in reverse.
#pragma once

#include "plugin/host/vst3-com.h"
#include "plugin/host/vst3-host.h"
#include "plugin/host/vst3-module.h"
#include "travesty/audio_processor.h"
#include "travesty/component.h"
#include "travesty/edit_controller.h"
#include "travesty/message.h"

namespace jambridge::host {

class Vst3Parts {
 public:
  explicit Vst3Parts(std::unique_ptr<PluginLibrary> library) : module(std::move(library)) {}
  ~Vst3Parts();
  /** Makes and joins everything; apart from the constructor, so that a failure is cleaned up. [main-thread]
   */
  void Create();

  Vst3Application application;
  Vst3ComponentHandler handler;
  Vst3Module module;
  Vst3Ref<v3_component> component;
  Vst3Ref<v3_audio_processor> processor;
  Vst3Ref<v3_edit_controller> controller;  // the component itself, or an object of its own

 private:
  void CreateController();
  void Connect();

  bool componentInitialized_ = false;
  bool controllerInitialized_ = false;  // only a controller of its own is initialized apart
  Vst3Ref<v3_connection_point> componentPoint_;
  Vst3Ref<v3_connection_point> controllerPoint_;
};

}  // namespace jambridge::host
