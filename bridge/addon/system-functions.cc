// Clock, real-time scheduling and interfaces: small functions without state.
#include "bridge/addon/arguments.h"
#include "bridge/addon/exports.h"
#include "bridge/net/interfaces.h"
#include "bridge/net/ipv4-address.h"
#include "bridge/net/realtime.h"
#include "bridge/shm/clock.h"

namespace jambridge {
namespace {

Napi::Value NowUs(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(MonotonicNs()) * 1e-3);
}

Napi::Value AskForRealtime(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    const uint32_t priority = ReadUint32(info[0], "priority", 0, 99);
    return Napi::String::New(info.Env(), RequestRealtime(static_cast<int>(priority)));
  });
}

Napi::Value AskForLockedMemory(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] { return Napi::String::New(info.Env(), LockMemory()); });
}

Napi::Value InterfaceList(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    const Napi::Env env = info.Env();
    const Napi::Array list = Napi::Array::New(env);
    uint32_t count = 0;
    for (const NetworkInterface& entry : ListInterfaces()) {
      const Napi::Object item = Napi::Object::New(env);
      item.Set("name", entry.name);
      item.Set("address", FormatIpv4(entry.address));
      item.Set("up", entry.up);
      item.Set("multicast", entry.multicast);
      item.Set("loopback", entry.loopback);
      item.Set("index", entry.index);
      list.Set(count++, item);
    }
    return list;
  });
}

// The inverse of receiveMeta's source address.
Napi::Value AddressText(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "address: must be a number");
    const uint32_t address = info[0].As<Napi::Number>().Uint32Value();
    return Napi::String::New(info.Env(), FormatIpv4(address));
  });
}

}  // namespace

void ExportSystem(Napi::Env env, Napi::Object exports) {
  exports.Set("nowUs", Napi::Function::New<NowUs>(env, "nowUs"));
  exports.Set("requestRealtime", Napi::Function::New<AskForRealtime>(env, "requestRealtime"));
  exports.Set("lockMemory", Napi::Function::New<AskForLockedMemory>(env, "lockMemory"));
  exports.Set("listInterfaces", Napi::Function::New<InterfaceList>(env, "listInterfaces"));
  exports.Set("addressText", Napi::Function::New<AddressText>(env, "addressText"));
}

}  // namespace jambridge
