// The filter that makes a level a loudness (ITU-R BS.1770-4): a shelf for the head, a high pass for the ear. The
// recommendation tabulates 48 kHz; other rates follow from the analogue prototypes behind that table.

export interface KWeighting {
  readonly shelfB: readonly [number, number, number];
  readonly shelfA: readonly [number, number];
  /** Of a state-variable filter: its frequency and its damping. */
  readonly highPass: readonly [number, number];
}

const SHELF_HZ = 1681.974450955533;
const SHELF_DB = 3.999843853973347;
const SHELF_Q = 0.7071752369554196;
const HIGH_PASS_HZ = 38.13547087602444;
const HIGH_PASS_Q = 0.5003270373238773;

/** [any-thread] */
export function kWeighting(sampleRate: number): KWeighting {
  const k = Math.tan((Math.PI * SHELF_HZ) / sampleRate);
  const high = 10 ** (SHELF_DB / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / SHELF_Q + k * k;
  return {
    shelfB: [
      (high + (band * k) / SHELF_Q + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (band * k) / SHELF_Q + k * k) / a0,
    ],
    shelfA: [(2 * (k * k - 1)) / a0, (1 - k / SHELF_Q + k * k) / a0],
    highPass: [Math.tan((Math.PI * HIGH_PASS_HZ) / sampleRate), 1 / HIGH_PASS_Q],
  };
}

/** Loudness in LUFS of the channels' weighted mean squares, all weighing the same. [any-thread] */
export function loudness(weightedMeanSquares: Iterable<number>): number {
  let sum = 0;
  for (const value of weightedMeanSquares) sum += value;
  return -0.691 + 10 * Math.log10(sum);
}
