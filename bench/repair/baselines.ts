// What the concealment is measured against: the methods in use elsewhere. All see 1024 frames before the gap,
// the first ones the frame after it, too. Written plainly, independent of what they are compared with.

export const BASELINES = ['zero', 'hold', 'linear', 'repeat', 'burg'] as const;
export type Baseline = (typeof BASELINES)[number];

const CONTEXT_FRAMES = 1024;
const BURG_ORDER = 64;

/** Fills x[from, to); what follows the gap is not touched. */
export function applyBaseline(method: Baseline, x: Float32Array, from: number, to: number): void {
  const length = to - from;
  if (method === 'burg') {
    burgExtrapolate(x, from, to);
    return;
  }
  for (let n = from; n < to; n++) {
    const t = (n - from + 1) / (length + 1);
    if (method === 'zero') x[n] = 0;
    else if (method === 'hold') x[n] = x[from - 1];
    else if (method === 'linear') x[n] = (1 - t) * x[from - 1] + t * x[to];
    else x[n] = x[n - Math.min(length, CONTEXT_FRAMES)];
  }
}

/** The near side's model runs on: no future side, no fade. */
function burgExtrapolate(x: Float32Array, from: number, to: number): void {
  const a = burgCoefficients(Float64Array.from(x.subarray(from - CONTEXT_FRAMES, from)), BURG_ORDER);
  for (let n = from; n < to; n++) {
    let sum = 0;
    for (let k = 1; k < a.length; k++) sum -= a[k] * x[n - k];
    x[n] = sum;
  }
}

/** Burg's lattice recursion as in the textbooks: a[0] = 1, a[1..order]. */
export function burgCoefficients(x: Float64Array, order: number): Float64Array {
  const forward = Float64Array.from(x);
  const backward = Float64Array.from(x);
  let a = Float64Array.of(1);
  for (let m = 0; m < order; m++) {
    let numerator = 0;
    let denominator = 0;
    for (let n = m + 1; n < x.length; n++) {
      numerator += forward[n] * backward[n - 1];
      denominator += forward[n] ** 2 + backward[n - 1] ** 2;
    }
    if (!(denominator > 1e-30)) break;
    const k = (-2 * numerator) / denominator;
    const longer = new Float64Array(m + 2);
    for (let i = 0; i <= m + 1; i++) longer[i] = (a[i] ?? 0) + k * (a[m + 1 - i] ?? 0);
    a = longer;
    for (let n = x.length - 1; n > m; n--) {
      const f = forward[n];
      forward[n] = f + k * backward[n - 1];
      backward[n] = backward[n - 1] + k * f;
    }
  }
  return a;
}
