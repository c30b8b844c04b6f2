import { describe, expect, test } from 'vitest';
import {
  eventsInPhase,
  judgedRounds,
  planSchedule,
  repetitions,
  type Schedule,
  scheduleArgs,
  ticksInPhase,
} from '../../bench/support/schedule.js';

const schedule: Schedule = {
  startNs: 5e9,
  phaseNs: 100e6,
  periodNs: 1e6,
  phases: 3,
  warmUpRounds: 2,
  rounds: 5,
};

describe('schedule', () => {
  test('counts as the native programs do: the last period of a phase stays free', () => {
    expect(ticksInPhase(schedule, 1)).toBe(99);
    // for (tick = 0; tick + every < 100; tick++) an event when tick % every is every - 1
    const ticks = Array.from({ length: 100 }, (_, tick) => tick);
    for (const every of [1, 3, 6, 7]) {
      const events = ticks.filter((tick) => tick + every < 100 && tick % every === every - 1);
      expect(eventsInPhase(schedule, every)).toBe(events.length);
    }
    expect(eventsInPhase(schedule, 101)).toBe(0);
  });

  test('cuts what was measured into rounds without those of the warm-up', () => {
    const values = Array.from({ length: 10 }, (_, i) => i);
    expect(judgedRounds(values, 2, schedule)).toEqual([
      [4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect(repetitions([[1], [2], [3], [4], [5]], 2)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(repetitions([[1], [2]], 5)).toEqual([[1], [2]]);
  });

  test('is told to the programs in whole nanoseconds', () => {
    const planned = planSchedule({
      ...{ phaseSeconds: 0.3, periodSeconds: 64 / 48000, phases: 1, warmUpRounds: 0, rounds: 2 },
    });
    const args = scheduleArgs(planned);
    expect(args.filter((_, index) => index % 2 === 0)).toEqual([
      ...['--start-ns', '--phase-ns', '--period-ns', '--phases', '--rounds'],
    ]);
    for (const value of args.filter((_, index) => index % 2 === 1)) expect(value).toMatch(/^\d+$/);
  });
});
