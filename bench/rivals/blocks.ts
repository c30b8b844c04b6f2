// Is a block of the recording what was played? Exactly, or through the filter that a resampler is: a few taps,
// fitted to the block, which mend neither silence nor a guess.
import { choleskyFactor, choleskySolve } from '../../engine/repair/cholesky.js';

export const BLOCK_FRAMES = 256;
const TAPS = 16;
const TAPS_BEFORE = 8;
/** Error against signal below which a block counts as clean: 40 dB. */
const CLEAN = 1e-4;
/** Quieter blocks are not judged. */
const SILENCE = 1e-7;

export const VERDICT = { dirty: 0, clean: 1, exact: 2, silent: 3 } as const;

export class BlockJudge {
  private readonly matrix = new Float64Array(TAPS * TAPS);
  private readonly taps = new Float64Array(TAPS);

  /** recorded[at, at + BLOCK_FRAMES) against what was played `lag` frames before. */
  judge(played: Float32Array, recorded: Float32Array, at: number, lag: number): number {
    const start = at - lag;
    if (start < TAPS || start + BLOCK_FRAMES + TAPS > played.length) return VERDICT.silent;
    let signal = 0;
    let error = 0;
    for (let n = 0; n < BLOCK_FRAMES; n++) {
      signal += played[start + n] ** 2;
      error += (recorded[at + n] - played[start + n]) ** 2;
    }
    if (signal < SILENCE * BLOCK_FRAMES) return VERDICT.silent;
    if (error === 0) return VERDICT.exact;
    if (error < CLEAN * signal) return VERDICT.clean;
    return this.fittedError(played, recorded, at, start) < CLEAN * signal ? VERDICT.clean : VERDICT.dirty;
  }

  /** What the best filter of TAPS leaves. */
  private fittedError(played: Float32Array, recorded: Float32Array, at: number, start: number): number {
    const { matrix, taps } = this;
    const x = (n: number, k: number) => played[start + n + k - TAPS_BEFORE];
    matrix.fill(0);
    taps.fill(0);
    for (let i = 0; i < TAPS; i++) {
      for (let n = 0; n < BLOCK_FRAMES; n++) taps[i] += x(n, i) * recorded[at + n];
      for (let k = 0; k <= i; k++) {
        let sum = 0;
        for (let n = 0; n < BLOCK_FRAMES; n++) sum += x(n, i) * x(n, k);
        matrix[i * TAPS + k] = sum;
      }
    }
    for (let i = 0; i < TAPS; i++) matrix[i * TAPS + i] += 1e-9 * matrix[0] + 1e-12;
    if (!choleskyFactor(matrix, TAPS)) return Number.POSITIVE_INFINITY;
    choleskySolve(matrix, TAPS, taps);
    let error = 0;
    for (let n = 0; n < BLOCK_FRAMES; n++) {
      let value = recorded[at + n];
      for (let k = 0; k < TAPS; k++) value -= taps[k] * x(n, k);
      error += value * value;
    }
    return error;
  }
}
