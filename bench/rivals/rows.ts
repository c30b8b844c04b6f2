// Runs become one row: medians, and how many runs there were.
import type { Row } from '../bench.js';
import { median, rounded } from '../support/statistics.js';
import type { Contestant } from './contestants.js';
import type { LossCase } from './loss-trace.js';
import type { RunResult } from './run-result.js';

type Who = Pick<Contestant, 'system' | 'variant' | 'version'>;

export interface Tally {
  /** Asked for. */
  readonly runs: number;
  /** With late periods; played again. */
  readonly rejected: number;
  /** Why it stopped before all runs were done; ''. */
  readonly why: string;
}

export function resultRow(who: Who, loss: LossCase, results: readonly RunResult[], tally: Tally): Row {
  const of = (value: (result: RunResult) => number | undefined, digits: number) =>
    rounded(median(results.map(value).filter((found) => found !== undefined)), digits);
  const status = results.length === 0 ? 'failed' : results.length < tally.runs ? 'incomplete' : 'ok';
  return {
    ...{ system: who.system, variant: who.variant, version: who.version() },
    ...{ lossPercent: loss.lossPercent, burstMs: loss.burstMs, status },
    ...{ runs: results.length, rejected: tally.rejected },
    lossSeenPercent: of(({ line }) => (100 * line.lost) / line.packets, 2),
    kbitPerSecond: of(({ line, seconds }) => (line.bytes * 8) / 1000 / (seconds - 0.1), 0),
    gapsPerMinute: of(({ sound }) => sound?.gapsPerMinute, 1),
    gapsPerMinuteWorst: worst(results.map(({ sound }) => sound?.gapsPerMinute)),
    cleanShare: of(({ sound }) => sound?.cleanShare, 5),
    exactShare: of(({ sound }) => sound?.exactShare, 5),
    latencyMs: of(({ sound }) => sound?.latencyMs, 2),
    latencyMaxMs: of(({ sound }) => sound?.latencyMaxMs, 2),
    cpuSendPercent: of((result) => result.cpuSendPercent, 1),
    cpuReceivePercent: of((result) => result.cpuReceivePercent, 1),
    notes: of(({ notes }) => notes?.notes, 0),
    missingNotes: of(({ notes }) => notes?.missing, 0),
    duplicatedNotes: of(({ notes }) => notes?.duplicated, 0),
    hungNotes: of(({ notes }) => notes?.hung, 0),
    hungNotesWorst: worst(results.map(({ notes }) => notes?.hung)),
    notesP50Ms: of(({ notes }) => notes?.p50Ms, 2),
    notesP99Ms: of(({ notes }) => notes?.p99Ms, 2),
    why: reason(results.length, tally),
  };
}

function reason(valid: number, { why, runs, rejected }: Tally): string | null {
  if (why !== '') return why.split('\n').slice(0, 6).join(' | ');
  return valid === runs ? null : `${rejected} of ${valid + rejected} runs had periods that came late (xruns)`;
}

/** No figures at all: what was not measured is no result. */
export function skippedRow(who: Who, why: string): Row {
  const { system, variant } = who;
  return { system, variant, version: who.version() || null, status: 'skipped', runs: 0, rejected: 0, why };
}

function worst(values: readonly (number | undefined)[]): number | null {
  const found = values.filter((value) => value !== undefined);
  return found.length === 0 ? null : rounded(Math.max(...found), 1);
}
