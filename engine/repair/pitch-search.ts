// After how many frames a sound repeats itself best: first coarsely, at COARSE_HZ, then frame by frame
// around the best lag. Works for any mixture of sounds, and says how well they repeat.

const LAG_MS_MIN = 2;
const LAG_MS_MAX = 20;
const WINDOW_MS = 20;
const COARSE_HZ = 12000;
/** A longer lag must be better by this: it costs more and starts later. */
const LONGER_IS_WORSE = 0.03;

export class PitchSearch {
  readonly lagMax: number;
  /** The lag found, in frames; 0 = none. */
  lag = 0;
  /** Correlation of the sound with itself `lag` frames earlier, 0..1. */
  similarity = 0;
  private readonly lagMin: number;
  private readonly window: number;
  private readonly step: number;
  private readonly coarse: Float64Array;

  constructor(sampleRate: number) {
    this.lagMin = Math.floor((LAG_MS_MIN * sampleRate) / 1000);
    this.lagMax = Math.floor((LAG_MS_MAX * sampleRate) / 1000);
    this.window = Math.floor((WINDOW_MS * sampleRate) / 1000);
    this.step = Math.max(1, Math.round(sampleRate / COARSE_HZ));
    this.coarse = new Float64Array(Math.ceil((this.window + this.lagMax) / this.step) + 1);
  }

  /** Operations of a search, to plan with. */
  get operations(): number {
    const coarse = this.window / this.step;
    return ((this.lagMax - this.lagMin) / this.step) * coarse + 8 * this.window;
  }

  /** Searches the `frames` samples that end at x[end]. [engine-thread] */
  search(x: Float64Array, end: number, frames: number): void {
    const { step, coarse } = this;
    this.lag = 0;
    this.similarity = 0;
    const window = Math.min(this.window, frames >> 1);
    const lagMax = Math.min(this.lagMax, frames - window - step);
    if (lagMax <= this.lagMin) return;
    const count = Math.floor((window + lagMax) / step);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let k = 1; k <= step; k++) sum += x[end - i * step - k];
      coarse[count - 1 - i] = sum;
    }
    const best = this.best(coarse, count, Math.floor(window / step), this.lagMin / step, lagMax / step, 1);
    if (best === 0) return;
    const from = Math.max(this.lagMin, (best - 1) * step);
    this.lag = this.best(x, end, window, from, Math.min(lagMax, (best + 1) * step), 2);
  }

  /** The best lag from..to, by the last `window` samples before `end`, of which every `stride`th is looked at. */
  private best(
    x: Float64Array,
    end: number,
    window: number,
    from: number,
    to: number,
    stride: number,
  ): number {
    let bestLag = 0;
    let bestValue = 0;
    for (let lag = Math.ceil(from); lag <= to; lag++) {
      let cross = 0;
      let here = 0;
      let there = 0;
      for (let n = end - 1; n >= end - window; n -= stride) {
        const a = x[n];
        const b = x[n - lag];
        cross += a * b;
        here += a * a;
        there += b * b;
      }
      const value = cross > 0 ? cross / Math.sqrt(here * there) : 0;
      if (value > bestValue + (bestLag > 0 && lag > 1.8 * bestLag ? LONGER_IS_WORSE : 0)) {
        bestValue = value;
        bestLag = lag;
      }
    }
    this.similarity = Math.min(1, bestValue);
    return bestLag;
  }
}
