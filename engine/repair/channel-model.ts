// What is known of one channel's sound: how a sample follows from those before it, and what drives it.
import { BurgFit } from './burg-fit.js';
import { predictionErrors } from './dots.js';
import { Excitation } from './excitation.js';
import type { GapContext } from './gap-context.js';
import type { PitchSearch } from './pitch-search.js';

/** So many frames before a gap tell whether an older model still describes the sound. */
const CHECK_FRAMES = 64;
const ERROR_RATIO_MAX = 2;
const ERROR_RATIO_MIN = 0.05;

/** -180 dB of full scale. */
const SILENCE = 1e-9;

/** Frames that a model is fitted to, for each coefficient. */
export const NEAR_FRAMES_PER_ORDER = 16;
export const FAR_FRAMES_PER_ORDER = 4;

export class ChannelModel {
  readonly fit: BurgFit;
  readonly excitation: Excitation;
  /** Frame that the model was fitted at; meaningless before the first fit. */
  fittedAt = 0;
  fitted = false;
  /** Is the model in use good for this gap? */
  current = false;
  private readonly errors = new Float64Array(CHECK_FRAMES);

  constructor(orderMax: number, sampleRate: number, lagMax: number, channel: number) {
    this.fit = new BurgFit(orderMax);
    this.excitation = new Excitation(sampleRate, lagMax, channel);
  }

  /** Does it predict the newest frames as well as those that it was fitted to? [engine-thread] */
  describes({ samples, near }: GapContext): boolean {
    const { order, reversed, errorEnergy } = this.fit;
    if (near < order + CHECK_FRAMES) return false;
    predictionErrors(this.errors, samples, near - CHECK_FRAMES, CHECK_FRAMES, reversed, order);
    let energy = 0;
    for (let i = 0; i < CHECK_FRAMES; i++) energy += this.errors[i] ** 2;
    const ratio = energy / CHECK_FRAMES / errorEnergy;
    return ratio > ERROR_RATIO_MIN && ratio < ERROR_RATIO_MAX;
  }

  /** Fits it to both sides of a gap at `frame`. [engine-thread] */
  renew({ samples, near, far, peak }: GapContext, order: number, frame: number): void {
    const nearUsed = Math.min(near, NEAR_FRAMES_PER_ORDER * order);
    const farUsed = Math.min(far, FAR_FRAMES_PER_ORDER * order);
    this.fit.clear();
    // Nothing to hear, nothing to fit to: the model of silence.
    const heard = peak > SILENCE;
    if (heard && nearUsed > 2 * order) this.fit.add(near - nearUsed, near);
    if (heard && farUsed > 2 * order) this.fit.add(near, near + farUsed);
    this.fit.fit(samples, order);
    this.fittedAt = frame;
    this.fitted = true;
  }

  /** Finds what drives it at the end of the near side. [engine-thread] */
  listen(context: GapContext, pitch: PitchSearch): void {
    this.excitation.describe(context, this.fit.reversed, this.fit.order, pitch);
  }

  /** Operations of renew and listen, to plan with; 0 when there is too little to fit to. */
  static renewOperations({ near, far }: GapContext, order: number): number {
    const nearUsed = Math.min(near, NEAR_FRAMES_PER_ORDER * order);
    const farUsed = Math.min(far, FAR_FRAMES_PER_ORDER * order);
    if (Math.max(nearUsed, farUsed) <= 2 * order) return 0;
    return BurgFit.operations(order, nearUsed + farUsed);
  }
}
