// The JavaScript class Network: arguments in, numbers out; all work is in bridge/net.
#pragma once

#include <napi.h>

#include <memory>

#include "bridge/net/network.h"

namespace jambridge {

class NetworkObject : public Napi::ObjectWrap<NetworkObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit NetworkObject(const Napi::CallbackInfo& info);

 private:
  // Hot: no allocation on either side of the language border. [engine-thread]
  Napi::Value Wait(const Napi::CallbackInfo& info);
  Napi::Value Send(const Napi::CallbackInfo& info);

  void RenewMembership(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);
  Napi::Value LastError(const Napi::CallbackInfo& info);
  Napi::Value Counters(const Napi::CallbackInfo& info);

  void ReadOptions(Napi::Object from, NetworkOptions* options);
  void ShareWithScript(Napi::Object self);
  Network& RequireOpen(Napi::Env env);

  std::unique_ptr<Network> network_;
  Napi::Reference<Napi::ArrayBuffer> sendSlab_;
  std::string closedError_;
  NetworkCounters closedCounters_;
};

}  // namespace jambridge
