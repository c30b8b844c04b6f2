/* The command line of the benchmark programs: pairs of --name value, made by our own scripts. */
#ifndef JAMBRIDGE_BENCH_ARGUMENTS_H
#define JAMBRIDGE_BENCH_ARGUMENTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/native/schedule.h"

typedef struct {
  int count;
  char** values;
} Arguments;

/* Ends the program when the option is missing. */
static inline const char* TextOption(const Arguments* arguments, const char* name) {
  for (int i = 1; i + 1 < arguments->count; i += 2) {
    if (strcmp(arguments->values[i], name) == 0) return arguments->values[i + 1];
  }
  fprintf(stderr, "%s: %s is missing\n", arguments->values[0], name);
  exit(2);
}

static inline int64_t NumberOption(const Arguments* arguments, const char* name) {
  char* end = NULL;
  const char* text = TextOption(arguments, name);
  const long long value = strtoll(text, &end, 10);
  if (end == text || *end != '\0') {
    fprintf(stderr, "%s: %s %s is not a whole number\n", arguments->values[0], name, text);
    exit(2);
  }
  return value;
}

static inline Schedule ScheduleOption(const Arguments* arguments) {
  Schedule schedule;
  schedule.startNs = NumberOption(arguments, "--start-ns");
  schedule.phaseNs = NumberOption(arguments, "--phase-ns");
  schedule.periodNs = NumberOption(arguments, "--period-ns");
  schedule.phaseCount = (int)NumberOption(arguments, "--phases");
  schedule.rounds = (int)NumberOption(arguments, "--rounds");
  return schedule;
}

#endif
