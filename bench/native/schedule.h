/* When which process of a benchmark is at work. Phases of equal length take turns, round after round, so that
 * what is compared is measured in the same seconds on the same machine:
 *
 *   | phase 0 | phase 1 | phase 2 | phase 0 | phase 1 | ...        a process works in one phase, or in
 * several | ticks.. |                                                    one every period
 *
 * All times are CLOCK_MONOTONIC nanoseconds, which the processes of a machine share. */
#ifndef JAMBRIDGE_BENCH_SCHEDULE_H
#define JAMBRIDGE_BENCH_SCHEDULE_H

#include <stdint.h>
#include <time.h>

typedef struct {
  int64_t startNs;
  int64_t phaseNs;
  int64_t periodNs;
  int phaseCount;
  int rounds;
} Schedule;

static inline int64_t NowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* May wake early for a signal. */
static inline void SleepUntilNs(int64_t ns) {
  struct timespec until;
  until.tv_sec = (time_t)(ns / 1000000000);
  until.tv_nsec = (long)(ns % 1000000000);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static inline int64_t PhaseStartNs(const Schedule* schedule, int round, int phase) {
  return schedule->startNs + ((int64_t)round * schedule->phaseCount + phase) * schedule->phaseNs;
}

static inline int TicksInPhase(const Schedule* schedule) {
  return (int)(schedule->phaseNs / schedule->periodNs);
}

static inline int64_t ScheduleEndNs(const Schedule* schedule) {
  return PhaseStartNs(schedule, schedule->rounds, 0);
}

#endif
