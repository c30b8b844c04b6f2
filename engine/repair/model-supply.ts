// A model for every channel when a gap is to be filled: the last one while it still describes the sound,
// else a new one, as long as the allowance permits.
import type { JitterBuffer } from '../path/jitter-buffer.js';
import { ChannelModel, FAR_FRAMES_PER_ORDER, NEAR_FRAMES_PER_ORDER } from './channel-model.js';
import type { Gap } from './concealer.js';
import { DRIVEN_MS_MIN } from './excitation.js';
import { GapContext } from './gap-context.js';
import { PcmRepair } from './pcm-repair.js';
import { PitchSearch } from './pitch-search.js';
import { type RepairBudget, StreamAllowance } from './repair-budget.js';

/** Lengths of models that are tried, best first. */
export const ORDERS = [128, 96, 64, 48, 32, 16, 8] as const;
export const ORDER_MAX = ORDERS[0];
/** Longer models are a luxury. */
const ORDER_PLAIN = 32;
/** A model is used again for this long at most. */
const REUSE_MS = 40;

export class ModelSupply {
  readonly channels: ChannelModel[] = [];
  readonly allowance: StreamAllowance;
  private readonly pitch: PitchSearch;
  private readonly context: GapContext;
  private readonly reuseFrames: number;
  private readonly drivenFrames: number;

  constructor(channels: number, budget: RepairBudget, sampleRate: number) {
    this.allowance = new StreamAllowance(budget, sampleRate);
    this.pitch = new PitchSearch(sampleRate);
    this.reuseFrames = (REUSE_MS * sampleRate) / 1000;
    this.drivenFrames = (DRIVEN_MS_MIN * sampleRate) / 1000;
    const { lagMax } = this.pitch;
    const near = Math.max(NEAR_FRAMES_PER_ORDER * ORDER_MAX, 2 * lagMax) + ORDER_MAX;
    this.context = new GapContext(near, FAR_FRAMES_PER_ORDER * ORDER_MAX);
    for (let c = 0; c < channels; c++) {
      this.channels.push(new ChannelModel(ORDER_MAX, sampleRate, lagMax, c));
    }
  }

  /** What was fitted was of another sound. [engine-thread] */
  forget(): void {
    for (const model of this.channels) model.fitted = false;
    this.allowance.begin();
  }

  /** Largest magnitude around the gap of the channel that was prepared last. */
  get peak(): number {
    return this.context.peak;
  }

  /**
   * Decides about models for `length` frames from `at` on, and pays for fitting and filling. Returns the order
   * of models to be fitted anew; 0: no context or no allowance. `gapFrames`: of the whole gap, not finite while
   * that is unknown. [engine-thread]
   */
  afford(buffer: JitterBuffer, gap: Gap, at: number, length: number, far: number, gapFrames: number): number {
    const { context, channels } = this;
    context.measure(buffer, gap, at);
    const listening = gapFrames > this.drivenFrames ? this.pitch.operations : 0;
    let kept = 0;
    let news = 0;
    for (let c = 0; c < channels.length; c++) {
      const model = channels[c];
      const age = gap.start - model.fittedAt;
      model.current = false;
      if (model.fitted && age >= 0 && age <= this.reuseFrames) {
        context.read(buffer, gap, c);
        model.current = model.describes(context);
      }
      if (model.current) kept += listening + filling(model.fit.order, length, far, listening);
      else news++;
    }
    if (news === 0 && this.allowance.take(kept)) return ORDER_MAX;
    if (news === 0) {
      // Good models, but too long for what is left: shorter ones may do.
      for (const model of channels) model.current = false;
      news = channels.length;
      kept = 0;
    }
    for (const order of ORDERS) {
      const renewal = ChannelModel.renewOperations(context, order);
      if (renewal === 0) continue;
      const one = renewal + listening + filling(order, length, far, listening);
      if (this.allowance.take(kept + news * one, order > ORDER_PLAIN)) return order;
    }
    return 0;
  }

  /** Brings the model of one channel up to date; `order` is what afford() returned. [engine-thread] */
  prepare(buffer: JitterBuffer, gap: Gap, channel: number, order: number, gapFrames: number): ChannelModel {
    const model = this.channels[channel];
    this.context.read(buffer, gap, channel);
    if (!model.current) model.renew(this.context, order, gap.start);
    if (gapFrames > this.drivenFrames) model.listen(this.context, this.pitch);
    else model.excitation.clear();
    return model;
  }
}

/** Operations of a bridge and, when it is driven, of the model's errors over a usual pitch period. */
function filling(order: number, length: number, far: number, listening: number): number {
  return PcmRepair.operations(order, length, far) + (listening > 0 ? 8 * ORDER_MAX * order * 0.5 : 0);
}
