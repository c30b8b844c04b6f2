// How fast a remote clock runs against ours, told from when its packets arrive; and a host's clock, told from
// when it asks for its blocks. Two estimates made alike, subtracted, tell how a source runs against a slot.
export { DelayLockedLoop } from './delay-locked-loop.js';

export interface DriftEstimator {
  /** One packet (or block): its first frame and when it arrived. In any order, with losses. [engine-thread] */
  observe(mediaFrame: number, arrivalUs: number): void;
  /** Frames per frame of nominal length, minus one, in parts per million; 0 until known to 20. */
  readonly ppm: number;
  /** How far off `ppm` may be; Infinity until there is any estimate. */
  readonly uncertaintyPpm: number;
  /** Known to 2 ppm: from then on until the next reset. */
  readonly settled: boolean;
  /**
   * The frame this clock has got to by then, as its earliest packets show, counted from `fromFrame` (exact
   * fractions at any frame number); NaN before the first. Changes of the network's delay don't move it.
   */
  frameAt(timeUs: number, fromFrame?: number): number;
  /** Restarts of the estimate because frame numbers or times jumped. */
  readonly discontinuities: number;
  reset(sampleRate: number): void;
}

/** How fast a source runs against a slot, in parts per million of the slot's frames. */
export function relativePpm(source: DriftEstimator, slot: DriftEstimator): number {
  return ((1 + source.ppm * 1e-6) / (1 + slot.ppm * 1e-6) - 1) * 1e6;
}
