// What a look at the GPU found, and what follows from it.
import { STAGES, type StageName } from './pipeline/stages.js';

export const BACKENDS = ['auto', 'gpu', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Microseconds of one usual batch of a stage. */
export interface StageCost {
  /** There and back, all of it: in the middle, and nearly always. */
  readonly roundTripUs: number;
  readonly roundTripP99Us: number;
  /** Of the engine's own time: handing over and taking back; or doing it itself. */
  readonly handOverUs: number;
  readonly processorUs: number;
}

export interface ProbeReport {
  readonly adapterName: string;
  /** A processor in a GPU's clothes. */
  readonly software: boolean;
  /** An empty batch; 0 when nothing was measured. */
  readonly roundTripUs: number;
  readonly roundTripP99Us: number;
  readonly costs: Readonly<Partial<Record<StageName, StageCost>>>;
}

export interface StageChoice {
  readonly name: StageName;
  readonly on: 'gpu' | 'cpu';
  readonly why: string;
}

/** So much of the time that a stage is given ahead may be the round trip. */
export const ROUND_TRIP_US_MAX = 5000;

/** Packets wait for it, MIDI among them, and must still be in time. */
const STAGE_US_MAX: Readonly<Partial<Record<StageName, number>>> = { parse: 2000 };

/** Who does what. [any-thread] */
export function chooseStages(wanted: BackendName, report: ProbeReport | string): StageChoice[] {
  return STAGES.map((name) => {
    const why = reasonAgainst(name, wanted, report);
    return why === '' ? { name, on: 'gpu', why: reasonFor(name, wanted, report) } : { name, on: 'cpu', why };
  });
}

/** '' : nothing speaks against it. */
function reasonAgainst(name: StageName, wanted: BackendName, report: ProbeReport | string): string {
  if (wanted === 'cpu') return 'backend is cpu';
  if (typeof report === 'string') return report;
  if (wanted === 'gpu') return '';
  if (report.software) return 'a software adapter counts as the processor';
  const cost = report.costs[name];
  if (cost === undefined) return 'its cost was not measured';
  const limitUs = STAGE_US_MAX[name] ?? ROUND_TRIP_US_MAX;
  if (cost.roundTripP99Us > limitUs) {
    return `too slow: measured ${round(cost.roundTripP99Us)} us there and back (p99), at most ${limitUs} will do`;
  }
  if (cost.handOverUs >= cost.processorUs) {
    return `no cheaper: measured ${round(cost.handOverUs)} us for handing it over, ${round(cost.processorUs)} us for doing it`;
  }
  return '';
}

function reasonFor(name: StageName, wanted: BackendName, report: ProbeReport | string): string {
  const cost = typeof report === 'string' ? undefined : report.costs[name];
  const measured =
    cost === undefined
      ? 'its cost was not measured'
      : `measured ${round(cost.roundTripUs)} us there and back (p99 ${round(cost.roundTripP99Us)}), ` +
        `${round(cost.handOverUs)} us of the engine's time instead of ${round(cost.processorUs)}`;
  return wanted === 'gpu' ? `backend is gpu; ${measured}` : measured;
}

/** In a few words, why the processor does it all. [any-thread] */
export function reasonForNone(choices: readonly StageChoice[]): string {
  const reasons = new Set(choices.map(({ why }) => why));
  return reasons.size === 1 ? [...reasons][0] : 'no stage is worth it, each for a reason of its own';
}

const round = (us: number): number => (us < 100 ? Math.round(us * 10) / 10 : Math.round(us));
