// Lets the host's transport follow another host's, by the draft extension clap.transport-control: a host that
// has it may still ignore what it is asked for, and one that has not is left alone.
//
//   process(): Note() -> mailbox, the newest wins -> host.request_callback -> on_main_thread: Serve()
#pragma once

#include "bridge/shm/segment-layout.h"
#include "clap/events.h"
#include "clap/host.h"
#include "plugin/clap/abi-additions.h"
#include "plugin/shim/plugin.h"

namespace jambridge::clap {

class TransportFollower {
 public:
  /// Looks for the extension. [main-thread]
  void Init(const clap_host_t* host);

  /// True: the host is to call on_main_thread. [audio-thread]
  bool Note(const RemoteMove& move, const clap_event_transport_t* here, double sampleRate);

  /// Asks the host for what was noted last. [main-thread]
  void Serve();

 private:
  /// What is to be asked for; whole words, for the sequence lock.
  struct Wish {
    uint32_t plays;  // 1: the other host plays
    uint32_t playsHere;
    uint32_t jumps;
    uint32_t reserved;
    clap_beattime position;
  };

  const clap_host_t* host_ = nullptr;
  const HostTransportControl* control_ = nullptr;
  // SYNC POINT transport-wish: written whole by [audio-thread], read whole by [main-thread].
  AtomicU32 sequence_{0};
  Wish wish_{};
  uint32_t served_ = 0;  // [main-thread]
};

}  // namespace jambridge::clap
