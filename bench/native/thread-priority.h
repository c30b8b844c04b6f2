/* Scheduling of a benchmark's thread: as the engine's, so that both sides of a comparison are alike. */
#ifndef JAMBRIDGE_BENCH_THREAD_PRIORITY_H
#define JAMBRIDGE_BENCH_THREAD_PRIORITY_H

#include <sched.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* SCHED_FIFO at `priority`, 0 leaves the thread as it is. 1 when it has what was asked for. */
static inline int TakePriority(int priority) {
#ifdef __linux__
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
#endif
  if (priority <= 0) return 1;
  struct sched_param parameters;
  memset(&parameters, 0, sizeof parameters);
  parameters.sched_priority = priority;
  return sched_setscheduler(0, SCHED_FIFO, &parameters) == 0;
}

#endif
