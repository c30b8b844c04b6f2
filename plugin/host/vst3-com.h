// VST3 is COM: interfaces are vtables in a fixed order. The plugin's objects are called through
// travesty's C structs; ours are C++ classes whose virtual functions stand in the same order.
#pragma once

#include <cstdint>
#include <utility>

#include "travesty/base.h"

namespace jambridge::host {

/** The first three functions of each interface. No virtual destructor: it would add to the vtable. */
class Vst3Unknown {
 public:
  virtual v3_result V3_API queryInterface(const v3_tuid iid, void** object) = 0;
  virtual uint32_t V3_API addRef() = 0;
  virtual uint32_t V3_API release() = 0;

 protected:
  ~Vst3Unknown() = default;
};

/** An object of ours that implements one interface and outlives the plugin: references don't count. */
class Vst3Hosted : public Vst3Unknown {
 public:
  v3_result V3_API queryInterface(const v3_tuid iid, void** object) override {
    const bool known = v3_tuid_match(iid, iid_) || v3_tuid_match(iid, v3_funknown_iid);
    *object = known ? this : nullptr;
    return known ? V3_OK : V3_NO_INTERFACE;
  }
  uint32_t V3_API addRef() override { return 1; }
  uint32_t V3_API release() override { return 1; }

  /** As the plugin wants it: a pointer to a pointer to the vtable. */
  template <typename Interface>
  Interface** As() {
    return static_cast<Interface**>(static_cast<void*>(static_cast<Vst3Unknown*>(this)));
  }

 protected:
  explicit Vst3Hosted(const v3_tuid iid) : iid_(iid) {}
  ~Vst3Hosted() = default;

 private:
  const uint8_t* const iid_;  // one of travesty's constants
};

/** One reference to an object of the plugin. */
template <typename Interface>
class Vst3Ref {
 public:
  Vst3Ref() = default;
  ~Vst3Ref() { Reset(); }
  Vst3Ref(const Vst3Ref&) = delete;
  Vst3Ref& operator=(const Vst3Ref&) = delete;

  void Reset() {
    if (object_ != nullptr) v3_cpp_obj_unref(object_);
    object_ = nullptr;
  }
  explicit operator bool() const { return object_ != nullptr; }
  Interface** get() const { return object_; }
  /** For functions that return a reference of the caller's. */
  void** Receive() {
    Reset();
    return reinterpret_cast<void**>(&object_);
  }
  template <typename Other>
  bool QueryFrom(const Vst3Ref<Other>& other, const v3_tuid iid) {
    Reset();
    if (!other || v3_cpp_obj_query_interface(other.get(), iid, &object_) != V3_OK) object_ = nullptr;
    return object_ != nullptr;
  }
  Interface* operator->() const { return v3_cpp_obj(object_); }

 private:
  Interface** object_ = nullptr;
};

}  // namespace jambridge::host
