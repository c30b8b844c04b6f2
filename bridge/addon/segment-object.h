// The JavaScript class Segment: one mapping of the shared memory, and the slots claimed through it.
// Scripts get it from createSegment() and openSegment(); each thread maps for itself.
#pragma once

#include <napi.h>

#include <array>
#include <memory>

#include "bridge/shm/segment.h"

namespace jambridge {

class SegmentObject : public Napi::ObjectWrap<SegmentObject> {
 public:
  /// Remembers the class for this thread (instance data).
  static void Prepare(Napi::Env env);
  static Napi::Object Wrap(Napi::Env env, std::shared_ptr<Segment> segment, bool created);

  /// The object behind a script's value; a TypeError when it is anything else.
  static SegmentObject& From(const Napi::Value& value);
  /// The same, and an Error when it was closed.
  static std::shared_ptr<Segment> Require(const Napi::Value& value);

  explicit SegmentObject(const Napi::CallbackInfo& info);

  /// claimStamp of each slot claimed through this object, 0 = not ours.
  std::array<uint32_t, kSlotCount> claimStamps{};

 private:
  // The mapping itself stays until the buffer is collected, so that no view ever points nowhere.
  void Close(const Napi::CallbackInfo& info);

  std::shared_ptr<Segment> segment_;
};

}  // namespace jambridge
