#include "bridge/addon/network-object.h"

#include "bridge/addon/arguments.h"
#include "bridge/addon/exports.h"
#include "bridge/addon/segment-object.h"

namespace jambridge {

Napi::Function NetworkObject::Define(Napi::Env env) {
  return DefineClass(env, "Network",
                     {
                         InstanceMethod<&NetworkObject::Wait>("wait"),
                         InstanceMethod<&NetworkObject::Send>("send"),
                         InstanceMethod<&NetworkObject::RenewMembership>("renewMembership"),
                         InstanceMethod<&NetworkObject::Close>("close"),
                         InstanceMethod<&NetworkObject::LastError>("lastError"),
                         InstanceMethod<&NetworkObject::Counters>("counters"),
                     });
}

NetworkObject::NetworkObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NetworkObject>(info) {
  const Napi::Env env = info.Env();
  Guarded(env, [&] {
    if (!info[0].IsObject())
      throw Napi::TypeError::New(env, "new Network(options): options must be an object");
    NetworkOptions options;
    ReadOptions(info[0].As<Napi::Object>(), &options);
    std::string error;
    network_ = Network::Open(options, &error);
    if (network_ == nullptr) throw Napi::Error::New(env, "Network: " + error);
    ShareWithScript(info.This().As<Napi::Object>());
  });
}

void NetworkObject::ReadOptions(Napi::Object from, NetworkOptions* options) {
  const Napi::Env env = from.Env();
  const Napi::Value addresses = from.Get("interfaceAddresses");
  if (!addresses.IsArray())
    throw Napi::TypeError::New(env, "interfaceAddresses: must be an array of strings");
  const auto list = addresses.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length() && i <= kInterfacesMax; ++i) {
    options->interfaceAddresses.push_back(ReadText(list.Get(i), "interfaceAddresses", 64));
  }
  options->group = ReadText(from.Get("group"), "group", 64);
  options->port = ReadUint32(from.Get("port"), "port", 0, 65535);
  options->ttl = ReadUint32(from.Get("ttl"), "ttl", 0, 255);
  options->loop = ReadBoolean(from.Get("loop"), "loop");
  options->receiveBufferBytes =
      ReadUint32(from.Get("receiveBufferBytes"), "receiveBufferBytes", kBufferBytesMin, kBufferBytesMax);
  options->sendBufferBytes =
      ReadUint32(from.Get("sendBufferBytes"), "sendBufferBytes", kBufferBytesMin, kBufferBytesMax);
  options->datagramStride =
      ReadUint32(from.Get("datagramStride"), "datagramStride", kDatagramStrideMin, kDatagramStrideMax);
  options->batchMax = ReadUint32(from.Get("batchMax"), "batchMax", 1, kBatchMax);
  options->doorbell = ReadBoolean(from.Get("doorbell"), "doorbell");

  const Napi::Value slab = from.Get("sendSlab");
  if (!slab.IsArrayBuffer()) throw Napi::TypeError::New(env, "sendSlab: must be an ArrayBuffer");
  sendSlab_ = Napi::Persistent(slab.As<Napi::ArrayBuffer>());

  const Napi::Value segment = from.Get("segment");
  if (segment.IsUndefined()) return;
  options->segment = SegmentObject::Require(segment);
}

// The memory belongs to the Network and its readers together: a script that keeps one of these
// buffers after close() reads old bytes, nothing worse.
void NetworkObject::ShareWithScript(Napi::Object self) {
  const Napi::Env env = self.Env();
  const std::shared_ptr<NetworkMemory>& memory = network_->memory();
  const auto slab = ShareMemory(env, memory, memory->receiveSlab, memory->receiveSlabBytes);
  const auto receiveMeta = ShareMemory(env, memory, memory->receiveMeta, memory->receiveMetaBytes);
  const auto sendMeta = ShareMemory(env, memory, memory->sendMeta, memory->sendMetaBytes);
  const auto clock = ShareMemory(env, memory, memory->clockUs, sizeof(double));
  const auto number = [&](uint32_t value) { return Napi::Number::New(env, value); };
  const auto fixed = [&](const char* name, Napi::Value value) {
    self.DefineProperty(Napi::PropertyDescriptor::Value(name, value, napi_enumerable));
  };
  fixed("receiveSlab", slab);
  fixed("receiveMeta",
        Napi::Int32Array::New(env, memory->receiveMetaBytes / sizeof(int32_t), receiveMeta, 0));
  fixed("sendMeta", Napi::Int32Array::New(env, memory->sendMetaBytes / sizeof(int32_t), sendMeta, 0));
  fixed("clockUs", Napi::Float64Array::New(env, 1, clock, 0));
  fixed("receiveBufferBytes", number(network_->receiveBufferBytes()));
  fixed("port", number(network_->port()));
  fixed("interfaceCount", number(network_->interfaceCount()));
}

Network& NetworkObject::RequireOpen(Napi::Env env) {
  if (network_ == nullptr) throw Napi::Error::New(env, "this Network is closed");
  return *network_;
}

Napi::Value NetworkObject::Wait(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Network& network = RequireOpen(env);
  if (!info[0].IsNumber() || !info[1].IsNumber() || !info[2].IsNumber()) {
    throw Napi::TypeError::New(env, "wait(publishSeen, spinUs, timeoutUs): three numbers");
  }
  const uint32_t publishSeen = info[0].As<Napi::Number>().Uint32Value();
  const int64_t spinNs = NsFromUs(info[1].As<Napi::Number>().DoubleValue());
  const int64_t timeoutNs = NsFromUs(info[2].As<Napi::Number>().DoubleValue());
  return Napi::Number::New(env, network.Wait(publishSeen, spinNs, timeoutNs));
}

Napi::Value NetworkObject::Send(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Network& network = RequireOpen(env);
  const uint32_t count = ReadUint32(info[0], "send(count)", 0, network.batchMax());
  // Asked for each time: a script may have detached or shrunk its buffer meanwhile.
  void* slab = nullptr;
  size_t slabBytes = 0;
  if (napi_get_arraybuffer_info(env, sendSlab_.Value(), &slab, &slabBytes) != napi_ok) slabBytes = 0;
  if (!network.SendMetaValid(slabBytes, count)) {
    throw Napi::RangeError::New(env, "send: an entry of sendMeta lies outside sendSlab");
  }
  return Napi::Number::New(env, network.Send(static_cast<const uint8_t*>(slab), count));
}

void NetworkObject::RenewMembership(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { RequireOpen(info.Env()).RenewMembership(); });
}

void NetworkObject::Close(const Napi::CallbackInfo&) {
  if (network_ == nullptr) return;
  closedError_ = DescribeFailure(network_->lastFailure());
  closedCounters_ = network_->counters();
  network_.reset();
  sendSlab_.Reset();
}

Napi::Value NetworkObject::LastError(const Napi::CallbackInfo& info) {
  const std::string text = network_ == nullptr ? closedError_ : DescribeFailure(network_->lastFailure());
  return Napi::String::New(info.Env(), text);
}

Napi::Value NetworkObject::Counters(const Napi::CallbackInfo& info) {
  const NetworkCounters& counters = network_ == nullptr ? closedCounters_ : network_->counters();
  const Napi::Object result = Napi::Object::New(info.Env());
  const auto set = [&](const char* name, uint64_t value) {
    result.Set(name, Napi::Number::New(info.Env(), static_cast<double>(value)));
  };
  set("datagramsReceived", counters.datagramsReceived);
  set("datagramsTruncated", counters.datagramsTruncated);
  set("datagramsKernelDropped", counters.datagramsKernelDropped);
  set("receiveErrors", counters.receiveErrors);
  set("datagramsSent", counters.datagramsSent);
  set("datagramsUnsent", counters.datagramsUnsent);
  set("sendErrors", counters.sendErrors);
  set("membershipErrors", counters.membershipErrors);
  set("sleeps", counters.sleeps);
  return result;
}

void ExportNetwork(Napi::Env env, Napi::Object exports) {
  exports.Set("Network", NetworkObject::Define(env));
}

}  // namespace jambridge
