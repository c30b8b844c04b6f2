/* The floor: what plain C programs need for one multicast packet from one process to another, the least that
 * any engine could need. A packet says when its way began; the rest of it is filled up to the size asked for.
 */
#ifndef JAMBRIDGE_BENCH_FLOOR_PACKET_H
#define JAMBRIDGE_BENCH_FLOOR_PACKET_H

#include <stdint.h>

/* The phases of the schedule; phase 0 belongs to the engines. */
enum { kPhaseEngines = 0, kPhaseDirect = 1, kPhaseRelayed = 2 };

enum { kFloorPacketBytesMax = 2048 };

typedef struct {
  int64_t startNs;
  int32_t phase; /* kPhaseDirect: sender -> receiver; kPhaseRelayed: publisher -> relay -> receiver */
  int32_t round;
} FloorPacket;

#endif
