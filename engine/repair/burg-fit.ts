// Burg's autoregressive fit over several stretches of signal at once, by the fast recursion: one pass of
// correlations, then work on vectors no longer than the order. The result is always a stable predictor.
//
//   x[n] + a[1] x[n-1] + .. + a[p] x[n-p] = e[n]
//
// Invariant: R is the sum of X X' over forward and reversed windows of every stretch, g = R [a; 0].
// Growing the order by one drops one window at each end of each stretch.
import { correlate } from './correlate.js';

/** Share of the energy taken to be white noise: keeps poles off the unit circle and sums off zero. */
const FLOOR = 1e-9;
const STRETCHES_MAX = 2;

export class BurgFit {
  /** a[0] = 1, a[1..order]. Valid until the next fit. */
  readonly a: Float64Array;
  /** a[order] .. a[1], as filters want them. */
  readonly reversed: Float64Array;
  order = 0;
  /** Mean energy of e[n]. */
  errorEnergy = 0;
  private g: Float64Array;
  private swap: Float64Array;
  /** q[d]: sum of x[t] x[t+d] over the windows that are left, both directions. */
  private readonly q: Float64Array;
  /** Correlations of the stretches. */
  private readonly c: Float64Array;
  /** The newest reflection coefficient. */
  private readonly k = new Float64Array(1);
  private readonly from = new Int32Array(STRETCHES_MAX);
  private readonly to = new Int32Array(STRETCHES_MAX);
  private stretches = 0;

  constructor(orderMax: number) {
    this.a = new Float64Array(orderMax + 3);
    this.reversed = new Float64Array(orderMax);
    this.g = new Float64Array(orderMax + 3);
    this.swap = new Float64Array(orderMax + 3);
    this.q = new Float64Array(orderMax + 3);
    this.c = new Float64Array(orderMax + 8);
  }

  /** Forgets the stretches. */
  clear(): void {
    this.stretches = 0;
  }

  /** Adds x[from, to). */
  add(from: number, to: number): void {
    this.from[this.stretches] = from;
    this.to[this.stretches] = to;
    this.stretches++;
  }

  /** Fits a, order and errorEnergy; the order ends early where nothing is left to predict. [engine-thread] */
  fit(x: Float64Array, orderWanted: number): void {
    this.solve(x, orderWanted);
    for (let i = 0; i < this.order; i++) this.reversed[i] = this.a[this.order - i];
  }

  /** Operations of a fit, to plan with. */
  static operations(order: number, frames: number): number {
    return order * frames + 8 * order * order;
  }

  private solve(x: Float64Array, orderWanted: number): void {
    const { a, c, q } = this;
    let frames = 0;
    c.fill(0);
    for (let s = 0; s < this.stretches; s++) {
      correlate(x, this.from[s], this.to[s], orderWanted, c);
      frames += this.to[s] - this.from[s];
    }
    a.fill(0);
    a[0] = 1;
    this.order = 0;
    this.errorEnergy = 0;
    const floor = 2 * c[0] * FLOOR;
    if (!(floor > 0)) return;
    const { g } = this;
    g[0] = 2 * c[0];
    for (let s = 0; s < this.stretches; s++) {
      g[0] -= x[this.from[s]] ** 2 + x[this.to[s] - 1] ** 2;
    }
    q[1] = 2 * c[1];
    g[1] = q[1];
    let left = 1;
    for (let m = 0; m < orderWanted; m++) {
      if (!this.reflect(m, floor)) break;
      left *= 1 - this.k[0] * this.k[0];
      this.order = m + 1;
      if (m + 1 < orderWanted) this.grow(x, m);
    }
    this.errorEnergy = (left * c[0]) / frames;
  }

  /** The next reflection coefficient, and `a` of the order m + 1 by it. False: nothing is left to predict. */
  private reflect(m: number, floor: number): boolean {
    const { a, g } = this;
    let numerator = 0;
    let denominator = floor;
    for (let i = 0; i <= m; i++) {
      numerator += a[i] * g[m + 1 - i];
      denominator += a[i] * g[i];
    }
    const k = -numerator / denominator;
    if (!(denominator > floor) || !(k > -1 && k < 1)) return false;
    for (let i = 0, j = m + 1; i <= j; i++, j--) {
      const low = a[i];
      const high = a[j];
      a[i] = low + k * high;
      a[j] = high + k * low;
    }
    this.k[0] = k;
    return true;
  }

  /** From g = R[m+1] [a; 0] of the old a to R[m+2] [a; 0] of the new one. */
  private grow(x: Float64Array, m: number): void {
    const { a, g, swap, q } = this;
    const n = m + 1;
    const k = this.k[0];
    for (let i = 0; i <= n; i++) swap[i] = g[i] + k * g[n - i];
    for (let s = 0; s < this.stretches; s++) {
      const first = this.from[s] + n;
      const last = this.to[s] - 1 - n;
      let atFirst = 0;
      let atLast = 0;
      for (let i = 0; i <= n; i++) {
        atFirst += a[i] * x[first - i];
        atLast += a[i] * x[last + i];
      }
      const newest = x[first];
      const oldest = x[last];
      // q[0] counts for nothing: it saves a loop of its own.
      for (let i = 0; i <= n; i++) {
        const early = x[first - i];
        const late = x[last + i];
        swap[i] -= early * atFirst + late * atLast;
        q[i] -= late * oldest + early * newest;
      }
    }
    q[n + 1] = 2 * this.c[n + 1];
    let corner = 0;
    for (let j = 0; j <= n; j++) corner += a[j] * q[n + 1 - j];
    swap[n + 1] = corner;
    this.g = swap;
    this.swap = g;
  }
}
