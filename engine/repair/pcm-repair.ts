// The numeric heart of concealment: an autoregressive model, and the gap's samples that need the least
// excitation to lead from what came before to what follows (least-squares interpolation).
//
//   x[at-order .. at)   [at .. at+length)   [at+length .. at+length+far)
//   before (held)       the gap (written)   after (held)
//
// The model runs on from `before` through the gap into `after`; where it misses, the smallest excitation
// inside the gap that makes it arrive is found from S w = d:
//   d[i]    after[i] minus what ran on
//   S[i,k]  covariance of the model's samples `length+i` and `length+k` steps after a known past
// Same result as the classic banded system, with at most `order` unknowns instead of `length`.
import { choleskyFactor, choleskySolve } from './cholesky.js';
import { dots, synthesize } from './dots.js';

/** So many frames after the gap are steered to: more cost much and give little. */
export const FAR_FRAMES_MAX = 32;

/** Added to S, as a share of its diagonal: what follows is trusted to this degree. */
const FLOOR = 1e-9;

/** x[n] = -(a[1] x[n-1] + .. + a[order] x[n-order]) + error; `reversed` holds a[order] .. a[1]. */
export interface Predictor {
  readonly order: number;
  readonly reversed: Float64Array;
}

export class PcmRepair {
  private readonly run: Float64Array;
  /** Impulse response of the model, after `orderMax` zeros. */
  private readonly response: Float64Array;
  private readonly push: Float64Array;
  private readonly system: Float64Array;
  private readonly miss: Float64Array;

  constructor(
    readonly orderMax: number,
    readonly lengthMax: number,
  ) {
    const total = orderMax + lengthMax + FAR_FRAMES_MAX + 1;
    this.run = new Float64Array(total);
    this.response = new Float64Array(orderMax + total);
    this.push = new Float64Array(total);
    this.system = new Float64Array(FAR_FRAMES_MAX * FAR_FRAMES_MAX);
    this.miss = new Float64Array(FAR_FRAMES_MAX);
  }

  /**
   * Writes x[at, at+length). `excitation` drives the model inside the gap (index 0 = first frame of the gap);
   * what that does to the frames after the gap is taken back by the solution. `far` = 0: runs on only.
   * Needs x[at-order, at); order <= orderMax, length <= lengthMax. [engine-thread]
   */
  bridge(
    model: Predictor,
    x: Float64Array,
    at: number,
    length: number,
    farFrames: number,
    excitation: Float64Array,
  ): void {
    const { order, reversed } = model;
    const { run, miss, push } = this;
    const far = Math.min(farFrames, FAR_FRAMES_MAX);
    const total = order + length + far;
    for (let i = 0; i < order; i++) run[i] = x[at - order + i];
    for (let i = 0; i < length; i++) run[order + i] = excitation[i];
    run.fill(0, order + length, total);
    synthesize(run, order, total, reversed, order);
    for (let i = 0; i < length; i++) x[at + i] = run[order + i];
    if (far === 0) return;
    for (let i = 0; i < far; i++) miss[i] = x[at + length + i] - run[order + length + i];
    this.respond(model, length + far + 1);
    this.covariance(length, far);
    if (!choleskyFactor(this.system, far)) return;
    choleskySolve(this.system, far, miss);
    push.fill(0, 0, order);
    dots(push, order, 1, this.response, this.orderMax + length, -1, miss, 0, 0, far, length);
    synthesize(push, order, order + length, reversed, order);
    for (let i = 0; i < length; i++) x[at + i] += push[order + i];
  }

  /** Operations of a bridge, to plan with. */
  static operations(order: number, length: number, farFrames: number): number {
    const far = Math.min(farFrames, FAR_FRAMES_MAX);
    const solve = (far * far * far) / 6 + 2 * far * far + 2 * far * length;
    return (2 * length + far) * order + (far > 0 ? length * order + solve : 0);
  }

  private respond({ order, reversed }: Predictor, count: number): void {
    const { response, orderMax } = this;
    response.fill(0, 0, orderMax + count);
    response[orderMax] = 1;
    synthesize(response, orderMax, orderMax + count, reversed, order);
  }

  private covariance(length: number, far: number): void {
    const { system: s, response: h, orderMax: zero } = this;
    dots(s, 0, far, h, zero, 0, h, zero, 1, length + 1, far);
    for (let i = 1; i < far; i++) {
      const hi = h[zero + length + i];
      for (let k = 1; k <= i; k++) s[i * far + k] = s[(i - 1) * far + k - 1] + hi * h[zero + length + k];
    }
    for (let i = 0; i < far; i++) s[i * far + i] *= 1 + FLOOR;
  }
}
