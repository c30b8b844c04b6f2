/* The receiving end of the floor: takes each packet, looks at the clock, prints the ways' durations.
 * Waits in a blocking recv(), or spins on the socket during the phases that are the floor's.
 * Prints {"granted":BOOL,"samples":[[phase,round,ns],...]}. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "bench/native/arguments.h"
#include "bench/native/floor-packet.h"
#include "bench/native/multicast.h"
#include "bench/native/thread-priority.h"

enum { kSamplesMax = 1 << 16 };

typedef struct {
  int32_t phase, round;
  int64_t durationNs;
} Sample;

static Sample samples[kSamplesMax];
static int sampleCount = 0;

static void Take(const unsigned char* bytes, ssize_t length, int64_t nowNs) {
  FloorPacket packet;
  if (length < (ssize_t)sizeof packet || sampleCount == kSamplesMax) return;
  memcpy(&packet, bytes, sizeof packet);
  const Sample sample = {packet.phase, packet.round, nowNs - packet.startNs};
  samples[sampleCount++] = sample;
}

/* Sleeps away the phases of the engines: a spinning bystander would take a core from them. */
static void SleepWhileEnginesWork(const Schedule* schedule) {
  const int64_t nowNs = NowNs();
  const int64_t turn = (nowNs - schedule->startNs) / schedule->phaseNs;
  if (nowNs < schedule->startNs) SleepUntilNs(schedule->startNs);
  if (turn % schedule->phaseCount == kPhaseEngines) {
    SleepUntilNs(schedule->startNs + (turn + 1) * schedule->phaseNs);
  }
}

static void Spin(int descriptor, const Schedule* schedule) {
  unsigned char bytes[kFloorPacketBytesMax];
  while (NowNs() < ScheduleEndNs(schedule)) {
    SleepWhileEnginesWork(schedule);
    for (int i = 0; i < 1000; i++) {
      const ssize_t length = recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT);
      if (length > 0) Take(bytes, length, NowNs());
    }
  }
}

static void Block(int descriptor, const Schedule* schedule) {
  unsigned char bytes[kFloorPacketBytesMax];
  const struct timeval patience = {.tv_sec = 0, .tv_usec = 500000};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  while (NowNs() < ScheduleEndNs(schedule)) {
    const ssize_t length = recv(descriptor, bytes, sizeof bytes, 0);
    if (length > 0) Take(bytes, length, NowNs());
  }
}

int main(int argc, char** argv) {
  const Arguments arguments = {argc, argv};
  const Schedule schedule = ScheduleOption(&arguments);
  const int descriptor =
      OpenMulticastReceiver(TextOption(&arguments, "--interface"), TextOption(&arguments, "--group"),
                            (uint16_t)NumberOption(&arguments, "--port"));
  const int granted = TakePriority((int)NumberOption(&arguments, "--priority"));
  if (strcmp(TextOption(&arguments, "--wait"), "spinning") == 0) {
    Spin(descriptor, &schedule);
  } else {
    Block(descriptor, &schedule);
  }
  printf("{\"granted\":%s,\"samples\":[", granted ? "true" : "false");
  for (int i = 0; i < sampleCount; i++) {
    printf("%s[%d,%d,%lld]", i == 0 ? "" : ",", samples[i].phase, samples[i].round,
           (long long)samples[i].durationNs);
  }
  printf("]}\n");
  return 0;
}
