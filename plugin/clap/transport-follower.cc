#include "plugin/clap/transport-follower.h"

#include <cmath>

#include "bridge/shm/seqlock.h"
#include "plugin/clap/events.h"

namespace jambridge::clap {
namespace {

// Two hosts that play are brought together only when they are further apart: a jump is heard.
constexpr double kApartSecondsMax = 0.25;
constexpr double kBeatsMax = 1e9;

}  // namespace

void TransportFollower::Init(const clap_host_t* host) {
  host_ = host;
  if (host->get_extension == nullptr) return;
  const void* found = host->get_extension(host, kExtTransportControl);
  if (found == nullptr) found = host->get_extension(host, kExtTransportControlDraft);
  control_ = static_cast<const HostTransportControl*>(found);
}

bool TransportFollower::Note(const RemoteMove& move, const clap_event_transport_t* here, double sampleRate) {
  if (control_ == nullptr || here == nullptr) return false;
  const Transport now = ReadTransport(here, sampleRate);
  Wish wish{};
  wish.plays = move.playing ? 1 : 0;
  wish.playsHere = now.flags & kTransportPlaying;
  const uint32_t placed = kTransportPositionValid | kTransportTempoValid;
  const bool countsBeats = (here->flags & CLAP_TRANSPORT_HAS_BEATS_TIMELINE) != 0;
  if (move.placed && countsBeats && (now.flags & placed) == placed) {
    const double seconds = static_cast<double>(move.songFrame - now.songFrame) / sampleRate;
    const double beats =
        static_cast<double>(here->song_pos_beats) / CLAP_BEATTIME_FACTOR + seconds * now.tempo / 60;
    const bool bothPlay = wish.plays != 0 && wish.playsHere != 0;
    const bool apart = bothPlay ? std::abs(seconds) > kApartSecondsMax : move.songFrame != now.songFrame;
    if (apart && std::isfinite(beats) && std::abs(beats) < kBeatsMax) {
      wish.jumps = 1;
      wish.position = std::llround(beats * CLAP_BEATTIME_FACTOR);
    }
  }
  SeqlockWrite(sequence_, &wish_, &wish, sizeof wish);
  return true;
}

void TransportFollower::Serve() {
  const uint32_t sequence = sequence_.load(std::memory_order_acquire);
  if (control_ == nullptr || sequence == served_) return;
  Wish wish{};
  if (!SeqlockRead(sequence_, &wish_, &wish, sizeof wish)) return;  // its writer asks for a callback again
  served_ = sequence;
  if (wish.jumps != 0 && control_->request_jump != nullptr) control_->request_jump(host_, wish.position);
  if (wish.plays == wish.playsHere) return;
  const auto request = wish.plays != 0 ? control_->request_continue : control_->request_pause;
  if (request != nullptr) request(host_);
}

}  // namespace jambridge::clap
