// The doorbell: wakes an engine that sleeps on its sockets. A datagram socket with a name in the header;
// the datagram's content means nothing. It rings only when the eventcount says that the engine sleeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bridge/shm/segment-layout.h"

namespace jambridge {

/**
 * After publishing: whether the doorbell must be rung. Of many instances publishing at once, one is told so.
 * SYNC POINT publish (other end: prepare-sleep): both sides do a sequentially consistent store, then look
 * at the other's word, so one of them always sees the other; no wake-up is lost. [audio-thread]
 */
inline bool PublishBlock(SegmentHeader& header) {
  header.publishCount.fetch_add(1, std::memory_order_seq_cst);
  if (header.engineSleeping.load(std::memory_order_seq_cst) == 0) return false;
  return header.engineSleeping.exchange(0, std::memory_order_seq_cst) != 0;
}

/**
 * Before sleeping: false when something was published since `publishSeen`, so do not sleep.
 * SYNC POINT prepare-sleep (other end: publish). [engine-thread]
 */
inline bool PrepareSleep(SegmentHeader& header, uint32_t publishSeen) {
  header.engineSleeping.store(1, std::memory_order_seq_cst);
  if (header.publishCount.load(std::memory_order_seq_cst) == publishSeen) return true;
  header.engineSleeping.store(0, std::memory_order_seq_cst);
  return false;
}

/** After sleeping. [engine-thread] */
inline void EndSleep(SegmentHeader& header) { header.engineSleeping.store(0, std::memory_order_seq_cst); }

/** The engine's end: binds a fresh name and states it in the header. Poll `descriptor` for reading. */
class DoorbellServer {
 public:
  /** nullptr: `whyNot` says it. [engine-thread] */
  static std::unique_ptr<DoorbellServer> Bind(SegmentHeader& header, std::string* whyNot);
  ~DoorbellServer();
  DoorbellServer(const DoorbellServer&) = delete;
  DoorbellServer& operator=(const DoorbellServer&) = delete;

  int descriptor() const { return descriptor_; }

  /** Takes all rings that wait; never blocks. [engine-thread] */
  void Drain() const;

 private:
  DoorbellServer(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  const int descriptor_;
  const std::string name_;
};

/** The ringing end: an unbound socket, one per process. Never binds, never listens. */
class DoorbellClient {
 public:
  /** [main-thread] */
  DoorbellClient();
  ~DoorbellClient();
  DoorbellClient(const DoorbellClient&) = delete;
  DoorbellClient& operator=(const DoorbellClient&) = delete;

  /** One non-blocking send to the name in the header; failures mean nothing. [audio-thread] [any-thread] */
  void Ring(const SegmentHeader& header) const;

 private:
  const int descriptor_;
};

}  // namespace jambridge
