// How much later a recording is than what was played, from their correlation.
import { fourier } from '../support/fourier.js';

export interface Lag {
  readonly frames: number;
  /** 1: the same but for its level. */
  readonly likeness: number;
}

/** Of recorded[from, from + count) against `played`, between 0 and lagMax. */
export function findLag(
  played: Float32Array,
  recorded: Float32Array,
  from: number,
  count: number,
  lagMax: number,
): Lag {
  const size = 2 ** Math.ceil(Math.log2(count + lagMax));
  const [aRe, aIm, bRe, bIm] = Array.from({ length: 4 }, () => new Float64Array(size));
  for (let n = 0; n < count; n++) aRe[n] = recorded[from + n] ?? 0;
  for (let n = 0; n < count + lagMax; n++) bRe[n] = played[from - lagMax + n] ?? 0;
  const energy = sumOfSquares(aRe);
  let local = sumOfSquares(bRe.subarray(lagMax, lagMax + count));
  const localOf = new Float64Array(lagMax + 1);
  for (let lag = 0; lag <= lagMax; lag++) {
    localOf[lag] = local;
    const start = lagMax - lag;
    local += (start > 0 ? bRe[start - 1] ** 2 : 0) - bRe[start + count - 1] ** 2;
  }
  fourier(aRe, aIm);
  fourier(bRe, bIm);
  // The inverse transform of a product is the transform of its mirror: swapped parts save writing another one.
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    im[k] = bRe[k] * aRe[k] + bIm[k] * aIm[k];
    re[k] = bIm[k] * aRe[k] - bRe[k] * aIm[k];
  }
  fourier(re, im);
  let best = { frames: 0, likeness: 0 };
  for (let lag = 0; lag <= lagMax; lag++) {
    const product = im[lagMax - lag] / size;
    const likeness = product / Math.sqrt(energy * Math.max(localOf[lag], 1e-12) + 1e-12);
    if (likeness > best.likeness) best = { frames: lag, likeness };
  }
  return best;
}

function sumOfSquares(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}
