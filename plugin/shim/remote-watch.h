// Notices what the transport of another host did, as the engine tells it. [audio-thread, active]
#pragma once

#include <optional>

#include "bridge/shm/seqlock.h"
#include "plugin/shim/attachment.h"
#include "plugin/shim/plugin.h"

namespace jambridge {

class RemoteWatch {
 public:
  /**
   * News since the last look, seen from this slot's `frame`. What was there before the first look is no news:
   * a host is not set going by being opened.
   */
  std::optional<RemoteMove> Look(const SlotView* view, uint64_t frame) {
    if (view == nullptr) return std::nullopt;
    const RemoteTransport& shared = view->control->remote;
    const bool first = serial_ != view->serial;
    serial_ = view->serial;
    // SYNC POINT remote-transport (other end: the engine's slot view, while it writes).
    const uint32_t sequence = shared.sequence.load(std::memory_order_acquire);
    if (!first && sequence == sequence_) return std::nullopt;
    RemoteTransport remote = {};
    constexpr size_t kDataBytes = sizeof(RemoteTransport) - offsetof(RemoteTransport, serial);
    if (!SeqlockRead(shared.sequence, &shared.serial, &remote.serial, kDataBytes, kTriesMax)) {
      if (first) serial_ = 0;
      return std::nullopt;  // being written: the next block sees it
    }
    sequence_ = sequence;
    const bool news = !first && remote.serial != moves_ && remote.serial != 0;
    moves_ = remote.serial;
    if (!news) return std::nullopt;
    return MoveOf(remote, frame);
  }

 private:
  static constexpr int kTriesMax = 4;
  static constexpr int64_t kAwayFramesMax = int64_t{1} << 40;

  static RemoteMove MoveOf(const RemoteTransport& remote, uint64_t frame) {
    RemoteMove move = {(remote.flags & kTransportPlaying) != 0, (remote.flags & kTransportPositionValid) != 0,
                       remote.songFrame};
    const auto away = static_cast<int64_t>(frame - remote.slotFrame);
    const bool sensible = away < kAwayFramesMax && away > -kAwayFramesMax &&
                          remote.songFrame < kAwayFramesMax && remote.songFrame > -kAwayFramesMax;
    if (!sensible) move.placed = false;
    if (move.placed && move.playing) move.songFrame += away;
    return move;
  }

  uint64_t serial_ = 0;  // of the slot that was looked at
  uint32_t sequence_ = 0;
  uint32_t moves_ = 0;
};

}  // namespace jambridge
