// When which process works; the native programs follow the same plan (bench/native/schedule.h).
import { nowUs } from '../../bridge/index.js';

export interface Schedule {
  readonly startNs: number;
  readonly phaseNs: number;
  readonly periodNs: number;
  readonly phases: number;
  /** The first ones warm up and are not judged. */
  readonly warmUpRounds: number;
  readonly rounds: number;
}

export interface SchedulePlan {
  readonly phaseSeconds: number;
  readonly periodSeconds: number;
  readonly phases: number;
  readonly warmUpRounds: number;
  readonly rounds: number;
}

/** Time for the processes to start and find each other; one that is late says so and ends. */
const START_SECONDS = 1.5;

export function planSchedule({ phaseSeconds, periodSeconds, ...rest }: SchedulePlan): Schedule {
  return {
    startNs: Math.round((nowUs() + START_SECONDS * 1e6) * 1000),
    phaseNs: Math.round(phaseSeconds * 1e9),
    periodNs: Math.round(periodSeconds * 1e9),
    ...rest,
  };
}

export function scheduleArgs({ startNs, phaseNs, periodNs, phases, rounds }: Schedule): string[] {
  const start = ['--start-ns', String(startNs), '--phase-ns', String(phaseNs)];
  return [...start, '--period-ns', String(periodNs), '--phases', String(phases), '--rounds', String(rounds)];
}

/** How many blocks, and how many events (one every so many blocks), the programs make in one phase. */
export function ticksInPhase({ phaseNs, periodNs }: Schedule, every: number): number {
  return Math.max(0, Math.floor(phaseNs / periodNs) - every);
}
export function eventsInPhase(schedule: Schedule, every: number): number {
  return Math.floor(ticksInPhase(schedule, every) / every);
}

/** Values in the order of their making, cut into rounds; the rounds of the warm-up are left out. */
export function judgedRounds<T>(values: readonly T[], perRound: number, { warmUpRounds }: Schedule): T[][] {
  const rounds: T[][] = [];
  for (let at = warmUpRounds * perRound; at < values.length; at += perRound) {
    rounds.push(values.slice(at, at + perRound));
  }
  return rounds;
}

/** Neighbouring rounds put together into at most `count` repetitions. */
export function repetitions<T>(rounds: readonly (readonly T[])[], count: number): T[][] {
  const size = Math.max(1, Math.ceil(rounds.length / count));
  const groups: T[][] = [];
  for (let at = 0; at < rounds.length; at += size) groups.push(rounds.slice(at, at + size).flat());
  return groups;
}
