/* The sending end of the floor.
 *
 *   phase 1, direct:   sender -> multicast -> receiver
 *   phase 2, relayed:  publisher -> shared memory, and a bell if the relay sleeps -> relay -> multicast ->
 * receiver
 *
 * The relay is a process of its own, as an engine is; it waits as the receiver does. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "bench/native/arguments.h"
#include "bench/native/floor-packet.h"
#include "bench/native/multicast.h"
#include "bench/native/thread-priority.h"

typedef struct {
  _Atomic uint32_t published; /* packets ever published */
  FloorPacket packet;
} Board;

typedef struct {
  Schedule schedule;
  int spinning;
  int bytes;
  int firstRound;
  int every; /* a packet every so many periods */
  int priority;
  int descriptor;
  struct sockaddr_in group;
  int bell[2]; /* publisher's end, relay's end */
  Board* board;
} Floor;

static void SendPacket(const Floor* floor, const FloorPacket* packet) {
  unsigned char bytes[kFloorPacketBytesMax] = {0};
  memcpy(bytes, packet, sizeof *packet);
  sendto(floor->descriptor, bytes, (size_t)floor->bytes, 0, (const struct sockaddr*)&floor->group,
         sizeof floor->group);
}

/* Looks whether something was published; waits for the bell, at most half a second, unless it spins. */
static int Published(const Floor* floor, uint32_t seen) {
  char ring;
  if (!floor->spinning) return recv(floor->bell[1], &ring, 1, 0) == 1;
  for (int i = 0; i < 10000; i++) {
    if (atomic_load_explicit(&floor->board->published, memory_order_acquire) != seen) return 1;
  }
  return 0;
}

static void Relay(const Floor* floor) {
  const Schedule* schedule = &floor->schedule;
  const struct timeval patience = {.tv_sec = 0, .tv_usec = 500000};
  setsockopt(floor->bell[1], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  TakePriority(floor->priority);
  uint32_t seen = 0;
  for (int64_t nowNs = NowNs(); nowNs < ScheduleEndNs(schedule); nowNs = NowNs()) {
    const int64_t turn = (nowNs - schedule->startNs) / schedule->phaseNs;
    if (floor->spinning && (nowNs < schedule->startNs || turn % schedule->phaseCount != kPhaseRelayed)) {
      SleepUntilNs(nowNs < schedule->startNs ? schedule->startNs
                                             : schedule->startNs + (turn + 1) * schedule->phaseNs);
      continue;
    }
    if (!Published(floor, seen)) continue;
    seen = atomic_load_explicit(&floor->board->published, memory_order_acquire);
    const FloorPacket packet = floor->board->packet;
    SendPacket(floor, &packet);
  }
}

static void Publish(const Floor* floor, const FloorPacket* packet) {
  floor->board->packet = *packet;
  atomic_fetch_add_explicit(&floor->board->published, 1, memory_order_release);
  const char ring = 1;
  if (!floor->spinning) send(floor->bell[0], &ring, 1, MSG_DONTWAIT);
}

static void WorkInPhase(const Floor* floor, int round, int phase) {
  const int64_t phaseNs = PhaseStartNs(&floor->schedule, round, phase);
  const int ticks = TicksInPhase(&floor->schedule);
  /* The last packets must arrive within their phase. */
  for (int tick = 0; tick + floor->every < ticks; tick++) {
    SleepUntilNs(phaseNs + tick * floor->schedule.periodNs);
    if (tick % floor->every != floor->every - 1) continue;
    const FloorPacket packet = {NowNs(), phase, round};
    if (phase == kPhaseDirect) {
      SendPacket(floor, &packet);
    } else {
      Publish(floor, &packet);
    }
  }
}

int main(int argc, char** argv) {
  const Arguments arguments = {argc, argv};
  Floor floor = {0};
  floor.schedule = ScheduleOption(&arguments);
  floor.spinning = strcmp(TextOption(&arguments, "--wait"), "spinning") == 0;
  floor.bytes = (int)NumberOption(&arguments, "--bytes");
  floor.firstRound = (int)NumberOption(&arguments, "--first-round");
  floor.every = (int)NumberOption(&arguments, "--every");
  floor.priority = (int)NumberOption(&arguments, "--priority");
  floor.descriptor = OpenMulticastSender(TextOption(&arguments, "--interface"));
  floor.group = GroupAddress(TextOption(&arguments, "--group"), (uint16_t)NumberOption(&arguments, "--port"));
  if (floor.bytes < (int)sizeof(FloorPacket) || floor.bytes > kFloorPacketBytesMax || floor.every < 1)
    return 2;
  floor.board = mmap(NULL, sizeof *floor.board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (floor.board == MAP_FAILED || socketpair(AF_UNIX, SOCK_DGRAM, 0, floor.bell) != 0) {
    perror("relay");
    return 1;
  }
  const pid_t relay = fork();
  if (relay < 0) return 1;
  if (relay == 0) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* never outlives the sender */
#endif
    Relay(&floor);
    _exit(0);
  }
  TakePriority((int)NumberOption(&arguments, "--sender-priority"));
  for (int round = floor.firstRound; round < floor.schedule.rounds; round++) {
    WorkInPhase(&floor, round, kPhaseDirect);
    WorkInPhase(&floor, round, kPhaseRelayed);
  }
  waitpid(relay, NULL, 0);
  return 0;
}
