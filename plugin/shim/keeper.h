// The keeper: one thread a process, while any instance is active. It does everything that process() may not:
// maps the segment when an engine has made one, claims and releases slots, keeps their hearts beating, finds
// out that a segment was replaced, makes room for takes. It only opens and connects; it never creates, binds,
// listens or spawns.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bridge/shm/doorbell.h"
#include "bridge/shm/segment.h"
#include "plugin/shim/attachment.h"

namespace jambridge {

inline constexpr int kKeeperPeriodMs = 100;

class Keeper {
 public:
  /** The process's keeper, started if need be; it ends with its last owner. [main-thread] */
  static std::shared_ptr<Keeper> Acquire();

  Keeper();
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /** Claims a slot at once if an engine is there, else as soon as one comes. [main-thread] */
  void Add(Attachment* attachment);

  /** Gives the slot back; afterwards the attachment is forgotten. [main-thread] */
  void Remove(Attachment* attachment);

 private:
  void Run();
  void Tick();
  void RefreshSegment();
  bool SegmentReplaced(bool engineAlive) const;
  void Care(Attachment& attachment);
  void Claim(Attachment& attachment);
  void Dispose(std::unique_ptr<SlotView> view);

  const std::optional<std::string> objectName_;
  const DoorbellClient doorbell_;
  std::mutex mutex_;  // never taken by an audio thread
  std::condition_variable wake_;
  bool stop_ = false;
  bool foreignSegment_ = false;  // there is one, but not of our revision
  uint64_t nextSerial_ = 1;
  uint32_t ticks_ = 0;
  std::shared_ptr<Segment> segment_;
  std::vector<Attachment*> attachments_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace jambridge
