// Functions on segments: names, life, roles, slots, the bell. Everything here is rare.
#include <cstdint>
#include <string>

#include "bridge/addon/arguments.h"
#include "bridge/addon/exports.h"
#include "bridge/addon/segment-object.h"
#include "bridge/shm/doorbell.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/process-identity.h"
#include "bridge/shm/slot.h"

namespace jambridge {
namespace {

std::string ReadObjectName(const Napi::CallbackInfo& info, size_t position) {
  const Napi::Value value = info[position];
  const std::string name =
      value.IsUndefined() ? SegmentNameFromEnvironment() : ReadText(value, "segment name", 64);
  const std::optional<std::string> objectName = SegmentObjectName(name);
  if (objectName) return *objectName;
  throw Napi::RangeError::New(info.Env(), "segment name '" + name +
                                              "': must be 1 to 16 of the characters A-Z a-z 0-9 . _ - "
                                              "(and short enough for the system)");
}

uint32_t ReadSlot(const Napi::Value& value) { return ReadUint32(value, "slot", 0, kSlotCount - 1); }

Napi::Value ObjectName(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] { return Napi::String::New(info.Env(), ReadObjectName(info, 0)); });
}

Napi::Value CreateSegment(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&]() -> Napi::Value {
    bool created = false;
    std::string whyNot;
    auto segment = Segment::CreateOrAdopt(ReadObjectName(info, 0), &created, &whyNot);
    if (segment == nullptr) throw Napi::Error::New(info.Env(), whyNot);
    return SegmentObject::Wrap(info.Env(), std::move(segment), created);
  });
}

Napi::Value OpenSegment(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&]() -> Napi::Value {
    std::string whyNot;
    auto segment = Segment::Open(ReadObjectName(info, 0), SegmentAccess::kWhole, &whyNot);
    if (segment == nullptr) return Napi::String::New(info.Env(), whyNot);
    return SegmentObject::Wrap(info.Env(), std::move(segment), false);
  });
}

void RemoveSegment(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { UnlinkSegment(ReadObjectName(info, 0)); });
}

Napi::Value Claim(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    const Napi::Env env = info.Env();
    const std::shared_ptr<Segment> segment = SegmentObject::Require(info[0]);
    const EngineClaim claim = ClaimEngine(*segment, ReadText(info[1], "sessionName", 1024));
    const Napi::Object result = Napi::Object::New(env);
    result.Set("ok", claim.ok);
    if (claim.ok) {
      result.Set("generation", claim.generation);
    } else {
      result.Set("pid", claim.holderPid);
    }
    return result;
  });
}

void Release(const Napi::CallbackInfo& info) {
  Guarded(info.Env(),
          [&] { ReleaseEngine(*SegmentObject::Require(info[0]), ReadBoolean(info[1], "unlinkIfUnused")); });
}

void Beat(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { BeatEngine(*SegmentObject::Require(info[0])); });
}

Napi::Value Reap(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    return Napi::Number::New(info.Env(), ReapDeadSlots(*SegmentObject::Require(info[0])));
  });
}

Napi::Value ClaimOneSlot(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    const std::shared_ptr<Segment> segment = SegmentObject::Require(info[0]);
    const uint32_t channelsIn = ReadUint32(info[1], "channelCountIn", 0, kChannelsMax);
    const uint32_t channelsOut = ReadUint32(info[2], "channelCountOut", 0, kChannelsMax);
    const int slot = ClaimSlot(*segment, channelsIn, channelsOut);
    if (slot >= 0) {
      const auto index = static_cast<uint32_t>(slot);
      SegmentObject::From(info[0]).claimStamps[index] = segment->slot(index).claimStamp.load();
    }
    return Napi::Number::New(info.Env(), slot);
  });
}

void BeatOneSlot(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] {
    const std::shared_ptr<Segment> segment = SegmentObject::Require(info[0]);
    const uint32_t slot = ReadSlot(info[1]);
    const uint32_t claimStamp = SegmentObject::From(info[0]).claimStamps[slot];
    if (claimStamp != 0 && HoldsSlot(*segment, slot, claimStamp)) BeatSlot(*segment, slot);
  });
}

void ReleaseOneSlot(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] {
    const std::shared_ptr<Segment> segment = SegmentObject::Require(info[0]);
    const uint32_t slot = ReadSlot(info[1]);
    uint32_t& claimStamp = SegmentObject::From(info[0]).claimStamps[slot];
    if (claimStamp != 0) ReleaseSlot(*segment, slot, claimStamp);
    claimStamp = 0;
  });
}

Napi::Value ProcessAlive(const Napi::CallbackInfo& info) {
  return Guarded(info.Env(), [&] {
    const uint32_t pid = ReadUint32(info[0], "pid", 0, UINT32_MAX);
    if (!info[1].IsBigInt()) throw Napi::TypeError::New(info.Env(), "startStamp: must be a bigint");
    bool lossless = false;
    const uint64_t startStamp = info[1].As<Napi::BigInt>().Uint64Value(&lossless);
    return Napi::Boolean::New(info.Env(), ProcessLiveness(pid, startStamp) != Liveness::kDead);
  });
}

void Ring(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { DoorbellClient().Ring(SegmentObject::Require(info[0])->header()); });
}

}  // namespace

void ExportSegment(Napi::Env env, Napi::Object exports) {
  SegmentObject::Prepare(env);
  exports.Set("segmentObjectName", Napi::Function::New<ObjectName>(env, "segmentObjectName"));
  exports.Set("createSegment", Napi::Function::New<CreateSegment>(env, "createSegment"));
  exports.Set("openSegment", Napi::Function::New<OpenSegment>(env, "openSegment"));
  exports.Set("unlinkSegment", Napi::Function::New<RemoveSegment>(env, "unlinkSegment"));
  exports.Set("claimEngine", Napi::Function::New<Claim>(env, "claimEngine"));
  exports.Set("releaseEngine", Napi::Function::New<Release>(env, "releaseEngine"));
  exports.Set("beatEngine", Napi::Function::New<Beat>(env, "beatEngine"));
  exports.Set("reapDeadSlots", Napi::Function::New<Reap>(env, "reapDeadSlots"));
  exports.Set("claimSlot", Napi::Function::New<ClaimOneSlot>(env, "claimSlot"));
  exports.Set("beatSlot", Napi::Function::New<BeatOneSlot>(env, "beatSlot"));
  exports.Set("releaseSlot", Napi::Function::New<ReleaseOneSlot>(env, "releaseSlot"));
  exports.Set("processAlive", Napi::Function::New<ProcessAlive>(env, "processAlive"));
  exports.Set("ringDoorbell", Napi::Function::New<Ring>(env, "ringDoorbell"));
}

}  // namespace jambridge
