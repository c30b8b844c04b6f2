// What drives the model through a long gap. Without it the model grows quiet: what was there comes back as
//
//   repetition   the model's own error one pitch period ago, as far as the sound repeats itself
//   noise        for the rest; its low end is left out: there most of the energy lies, so that wrong noise
//                would do most harm there, and least of the spectrum
import { dots, predictionErrors } from './dots.js';
import type { GapContext } from './gap-context.js';
import type { PitchSearch } from './pitch-search.js';

/** Shorter gaps are not driven: the model alone is more exact. */
export const DRIVEN_MS_MIN = 1.4;
const REPEAT_FULL_MS = 2.5;
const NOISE_FROM_MS = 4;
const NOISE_FULL_MS = 10;
const NOISE_GAIN = 0.5;
const NOISE_HIGH_PASS_HZ = 3000;
const NOISE_RAMP_MS = 2;
/** What pure noise reaches when the best of many lags is taken. */
const CHANCE_SIMILARITY = 0.3;
/** Levels on both sides are compared over so long, when there is at least a fifth of it on the far side. */
const LEVEL_MS = 10;
/** Of a normal distribution: standard deviation to mean magnitude. */
const DEVIATION_TO_MEAN = 1.25;
/** So much is filled at once, at most. */
const FILL_MS_MAX = 20;

/** What the level of the noise is, as a share of the mean magnitude of the model's errors. */
export const NOISE_OF_MEAN = NOISE_GAIN * DEVIATION_TO_MEAN;

export class Excitation {
  /** After so many frames what is repeated begins anew; 0: nothing is. */
  lag = 0;
  private readonly period: Float64Array;
  private readonly pole: number;
  private repeat = 0;
  private noise = 0;
  /** Scratch: how much of the repetition and of the noise there is, frame by frame. */
  private readonly repeats: Float64Array;
  private readonly noises: Float64Array;
  /** How much quieter the far side is: 1 = no quieter, or not known. */
  private fall = 1;
  private readonly levelFrames: number;
  /** Energies of the near and the far side. */
  private readonly levels = new Float64Array(2);

  constructor(
    private readonly sampleRate: number,
    lagMax: number,
    private readonly channel: number,
  ) {
    this.period = new Float64Array(lagMax);
    this.levelFrames = Math.floor((LEVEL_MS * sampleRate) / 1000);
    const framesMax = Math.ceil((FILL_MS_MAX * sampleRate) / 1000);
    this.repeats = new Float64Array(framesMax);
    this.noises = new Float64Array(framesMax);
    this.pole = Math.exp((-2 * Math.PI * NOISE_HIGH_PASS_HZ) / sampleRate);
  }

  /** Nothing but what the model rings on with. */
  clear(): void {
    this.lag = 0;
    this.noise = 0;
  }

  /**
   * Takes the model's errors over the last period of the near side, and how the level changes. [engine-thread]
   */
  describe(context: GapContext, reversed: Float64Array, order: number, pitch: PitchSearch): void {
    this.listen(context, order, pitch);
    const { lag } = this;
    let magnitude = 0;
    predictionErrors(this.period, context.samples, context.near - lag, lag, reversed, order);
    for (let i = 0; i < lag; i++) magnitude += Math.abs(this.period[i]);
    // Of pulses the mean says less than the root of the mean square: they are no noise.
    this.noise = lag > 0 ? (NOISE_OF_MEAN * magnitude) / lag : 0;
  }

  /** What can be told without a model: how far the sound repeats itself, and how the level changes. [engine-thread] */
  listen({ samples: x, near: end, far }: GapContext, order: number, pitch: PitchSearch): void {
    pitch.search(x, end, end - order);
    const { lag, similarity } = pitch;
    this.lag = lag;
    this.compareLevels(x, end, far);
    // Noise repeats itself a little by chance; a sound that stopped in the gap doesn't repeat itself.
    const trust = clamp((similarity - CHANCE_SIMILARITY) / CHANCE_SIMILARITY) * Math.min(1, 3 * this.fall);
    this.repeat = trust * similarity * similarity;
  }

  private compareLevels(x: Float64Array, end: number, far: number): void {
    const span = Math.min(this.levelFrames, end, far);
    this.fall = 1;
    if (span < this.levelFrames / 5) return;
    const { levels } = this;
    dots(levels, 0, 1, x, end - span, span, x, end - span, span, span, 2);
    if (levels[1] < levels[0]) this.fall = Math.sqrt(levels[1] / levels[0]);
  }

  /**
   * Writes `length` frames from `frame` on, which lies `age` frames behind the end of what was described.
   * `gapFrames`: how long the gap is; not finite while that is unknown. [engine-thread]
   */
  fill(x: Float64Array, length: number, frame: number, age: number, gapFrames: number): void {
    x.fill(0, 0, length);
    const { lag, period, noise, repeats, noises } = this;
    if (lag === 0) return;
    this.weigh(repeats, noises, length, frame, age, gapFrames);
    let phase = age % lag;
    for (let i = 0; i < length; i++) {
      x[i] = repeats[i] * period[phase] + noise * noises[i];
      if (++phase === lag) phase = 0;
    }
  }

  /**
   * What fill() takes times the period, frame by frame, and what it takes times the level of the noise. Only where
   * there is a lag. [engine-thread]
   */
  weigh(
    repeats: Float64Array | Float32Array,
    noises: Float64Array | Float32Array,
    length: number,
    frame: number,
    age: number,
    gapFrames: number,
  ): void {
    const { lag, pole } = this;
    const ms = (gapFrames * 1000) / this.sampleRate;
    const repeat = this.repeat * clamp((ms - DRIVEN_MS_MIN) / (REPEAT_FULL_MS - DRIVEN_MS_MIN));
    const noise = clamp((ms - NOISE_FROM_MS) / (NOISE_FULL_MS - NOISE_FROM_MS));
    const ramp = (this.sampleRate * NOISE_RAMP_MS) / 1000;
    let last = 0;
    let high = 0;
    // Never quite 0: powers of it must not turn into denormal numbers.
    const decay = gapFrames < Number.POSITIVE_INFINITY ? Math.max(1e-3, this.fall) ** (1 / gapFrames) : 1;
    let level = decay ** age;
    let phase = age % lag;
    let share = repeat ** (1 + Math.floor(age / lag));
    for (let i = 0; i < length; i++) {
      const white = sign(frame + i, this.channel);
      high = pole * high + 0.5 * (1 + pole) * (white - last);
      last = white;
      const edge = Math.min(1, (age + i) / ramp, (gapFrames - age - i) / ramp);
      repeats[i] = level * share;
      noises[i] = level * noise * edge * Math.sqrt(1 - share * share) * high;
      level *= decay;
      if (++phase < lag) continue;
      phase = 0;
      share *= repeat;
    }
  }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}

/** 1 or -1, the same for the same frame and channel. */
function sign(frame: number, channel: number): number {
  let h = Math.imul((frame | 0) ^ Math.imul(channel + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h >>> 13) & 1 ? 1 : -1;
}
