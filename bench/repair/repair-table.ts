// The quality of each method on one material and one class of gaps.
import { ArConcealer } from '../../engine/repair/ar-concealer.js';
import { RepairBudget } from '../../engine/repair/repair-budget.js';
import { applyBaseline, BASELINES, type Baseline } from './baselines.js';
import { type GapClass, holesOf } from './gaps.js';
import { gapSnrDb, joinTimes, logSpectralDistanceDb } from './measure.js';
import { concealHole, eraseHole, type Hole, ringOf } from './repair-run.js';

/** `repair` sees what follows the gap, `extrapolate` is the same concealment while nothing follows. */
export const METHODS = [...BASELINES, 'repair', 'extrapolate'] as const;
export type Method = (typeof METHODS)[number];

export interface Quality {
  segSnrDb: number;
  lsdDb: number;
  /** Of the worst of all joins. */
  joinTimes: number;
}

export const RATE = 48000;
/** Holes are punched into pieces of this length. */
export const PIECE_FRAMES = 30000;

/**
 * Means over the holes in all pieces of the sound; all methods get the same holes. The concealment begins each of
 * them with the default budget.
 */
export function measureQuality(
  whole: Float32Array,
  gap: GapClass,
  methods: readonly Method[],
  seed: number,
): Record<string, Quality> {
  const sums = methods.map((method) => ({ method, segSnrDb: 0, lsdDb: 0, joinTimes: 0, count: 0 }));
  for (let piece = 0; piece < Math.floor(whole.length / PIECE_FRAMES); piece++) {
    const truth = whole.slice(piece * PIECE_FRAMES, (piece + 1) * PIECE_FRAMES);
    for (const hole of holesOf(gap, PIECE_FRAMES, seed + piece)) {
      for (const sum of sums) add(sum, truth, fillHole(sum.method, truth, hole), hole);
    }
  }
  return Object.fromEntries(
    sums.map(({ method, segSnrDb, lsdDb, joinTimes, count }) => [
      method,
      { segSnrDb: segSnrDb / count, lsdDb: lsdDb / count, joinTimes },
    ]),
  );
}

function fillHole(method: Method, truth: Float32Array, hole: Hole): Float32Array {
  if (method !== 'repair' && method !== 'extrapolate') {
    const x = truth.slice();
    applyBaseline(method as Baseline, x, hole.from, hole.to);
    return x;
  }
  const buffer = ringOf([truth]);
  eraseHole(buffer, hole);
  const budget = new RepairBudget();
  const sight = method === 'repair' ? Number.POSITIVE_INFINITY : -1;
  concealHole(new ArConcealer(RATE, 1, budget), buffer, hole, 64, sight, budget);
  return buffer.frames.slice(0, truth.length);
}

function add(
  sum: Quality & { count: number },
  truth: Float32Array,
  repaired: Float32Array,
  { from, to }: Hole,
): void {
  const snr = gapSnrDb(truth, repaired, from, to);
  if (snr === null) return;
  sum.segSnrDb += snr;
  sum.lsdDb += logSpectralDistanceDb(truth, repaired, from, to);
  sum.joinTimes = Math.max(sum.joinTimes, joinTimes(truth, repaired, from, to));
  sum.count++;
}
