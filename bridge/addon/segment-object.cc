#include "bridge/addon/segment-object.h"

#include <utility>

#include "bridge/addon/arguments.h"

namespace jambridge {
namespace {

// Tells our objects from all others, before their native half is touched.
constexpr napi_type_tag kSegmentTag = {0x6a616d6272696467, 0x652f7365676d656e};

struct ThreadData {
  Napi::FunctionReference segmentClass;
};

// What Wrap hands to the constructor: scripts have no way to make one.
struct Origin {
  std::shared_ptr<Segment> segment;
  bool created;
};

}  // namespace

void SegmentObject::Prepare(Napi::Env env) {
  const Napi::Function segmentClass =
      DefineClass(env, "Segment", {InstanceMethod<&SegmentObject::Close>("close")});
  auto* data = new ThreadData;
  data->segmentClass = Napi::Persistent(segmentClass);
  env.SetInstanceData(data);
}

Napi::Object SegmentObject::Wrap(Napi::Env env, std::shared_ptr<Segment> segment, bool created) {
  Origin origin{std::move(segment), created};
  return env.GetInstanceData<ThreadData>()->segmentClass.New({Napi::External<Origin>::New(env, &origin)});
}

SegmentObject::SegmentObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SegmentObject>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsExternal()) {
    throw Napi::TypeError::New(env, "use createSegment() or openSegment()");
  }
  const Origin& origin = *info[0].As<Napi::External<Origin>>().Data();
  segment_ = origin.segment;
  const auto self = info.This().As<Napi::Object>();
  const auto fixed = [&](const char* name, Napi::Value value) {
    self.DefineProperty(Napi::PropertyDescriptor::Value(name, value, napi_enumerable));
  };
  fixed("name", Napi::String::New(env, segment_->objectName()));
  fixed("created", Napi::Boolean::New(env, origin.created));
  fixed("buffer", ShareMemory(env, segment_, segment_->base(), kSegmentBytes));
  self.TypeTag(&kSegmentTag);
}

SegmentObject& SegmentObject::From(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kSegmentTag)) {
    throw Napi::TypeError::New(value.Env(), "segment: must come from createSegment() or openSegment()");
  }
  return *Unwrap(value.As<Napi::Object>());
}

std::shared_ptr<Segment> SegmentObject::Require(const Napi::Value& value) {
  SegmentObject& object = From(value);
  if (object.segment_ == nullptr) throw Napi::Error::New(value.Env(), "this segment is closed");
  return object.segment_;
}

void SegmentObject::Close(const Napi::CallbackInfo&) { segment_.reset(); }

}  // namespace jambridge
