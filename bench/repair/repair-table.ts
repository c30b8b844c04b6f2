// The quality of each method on each material and gap: mean over holes punched every PERIOD_MS.
import type { Concealer } from '../../engine/repair/concealer.js';
import { applyBaseline, BASELINES, type Baseline } from './baselines.js';
import { type Material, makeMaterial } from './material.js';
import { gapSnrDb, logSpectralDistanceDb } from './measure.js';
import { concealHole, eraseHole, type Hole, ringOf } from './repair-run.js';

export const METHODS = [...BASELINES, 'repair', 'repair-open'] as const;
export type Method = (typeof METHODS)[number];

export interface Quality {
  snrDb: number;
  lsdDb: number;
}

const RATE = 48000;
const PIECE_FRAMES = 30000;
const PIECES = 4;
const FIRST_HOLE = 4100;
const PERIOD = 4099;

/** Mean over the holes of four pieces of the material; the holes are the same for every method. */
export function measureQuality(
  material: Material,
  gapMs: number,
  methods: readonly Method[],
  seed: number,
  concealer: () => Concealer,
): Map<Method, Quality> {
  const sums = new Map(methods.map((method) => [method, { snrDb: 0, lsdDb: 0, count: 0 }]));
  const length = Math.round((gapMs * RATE) / 1000);
  const whole = makeMaterial(material, PIECE_FRAMES * PIECES, RATE, seed);
  for (let piece = 0; piece < PIECES; piece++) {
    const truth = whole.slice(piece * PIECE_FRAMES, (piece + 1) * PIECE_FRAMES);
    for (let from = FIRST_HOLE; from + length + 1500 < PIECE_FRAMES; from += PERIOD) {
      const hole = { from, to: from + length };
      for (const method of methods)
        add(sums.get(method)!, truth, fillHole(method, truth, hole, concealer), hole);
    }
  }
  return new Map(
    [...sums].map(([method, { snrDb, lsdDb, count }]) => [
      method,
      { snrDb: snrDb / count, lsdDb: lsdDb / count },
    ]),
  );
}

function fillHole(method: Method, truth: Float32Array, hole: Hole, concealer: () => Concealer): Float32Array {
  if (method !== 'repair' && method !== 'repair-open') {
    const x = truth.slice();
    applyBaseline(method as Baseline, x, hole.from, hole.to);
    return x;
  }
  const buffer = ringOf([truth]);
  eraseHole(buffer, hole);
  concealHole(concealer(), buffer, hole, hole.to - hole.from, method === 'repair' ? undefined : -1);
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
  sum.snrDb += snr;
  sum.lsdDb += logSpectralDistanceDb(truth, repaired, from, to);
  sum.count++;
}
