// The samples of one channel that are planned ahead of being played.
//
//   plan:  [ frames before | planned frames ................ | far frames ]
//                          ^ planAt = orderMax
import type { JitterBuffer } from '../path/jitter-buffer.js';
import type { ChannelModel } from './channel-model.js';
import { FAR_FRAMES_MAX, type PcmRepair } from './pcm-repair.js';
import { readPlane } from './ring-read.js';

/** No estimate is louder than the loudest held frame near it, by more than this. */
const OVERSHOOT_MAX = 1.2;

export class ChannelPlan {
  private readonly plan: Float64Array;
  private readonly planAt: number;
  private limit = 0;

  /** `kernel` and `drive` are scratch, shared by the channels of a stream. */
  constructor(
    private readonly kernel: PcmRepair,
    private readonly drive: Float64Array,
    private readonly channel: number,
  ) {
    this.planAt = kernel.orderMax;
    this.plan = new Float64Array(kernel.orderMax + kernel.lengthMax + FAR_FRAMES_MAX);
  }

  /** Begins anew at `at`, before which `held` frames are; estimates stay near `peak`. [engine-thread] */
  begin(buffer: JitterBuffer, at: number, held: number, peak: number): void {
    const { frames, ringFrames, mask } = buffer;
    const count = Math.min(held, this.planAt);
    this.limit = OVERSHOOT_MAX * peak;
    this.plan.fill(0, 0, this.planAt - count);
    const plane = this.channel * ringFrames;
    readPlane(frames, plane, mask, at - count, count, this.plan, this.planAt - count);
  }

  /** Goes on behind the `planned` frames. [engine-thread] */
  advance(planned: number): void {
    this.plan.copyWithin(0, planned, planned + this.planAt);
  }

  /**
   * Plans `length` frames from `at` on, which lies `age` frames behind the gap's start, so that they lead to
   * the `far` held ones after them; 0 = nothing is known there. [engine-thread]
   */
  run(
    buffer: JitterBuffer,
    { fit, excitation }: ChannelModel,
    at: number,
    age: number,
    length: number,
    far: number,
  ): void {
    const { plan, planAt, drive } = this;
    const gapFrames = far > 0 ? age + length : Number.POSITIVE_INFINITY;
    excitation.fill(drive, length, at, age, gapFrames);
    const plane = this.channel * buffer.ringFrames;
    readPlane(buffer.frames, plane, buffer.mask, at + length, far, plan, planAt + length);
    this.kernel.bridge(fit, plan, planAt, length, far, drive);
  }

  /**
   * Writes the planned frames from `index` on to [from, to) of the ring, faded by their age, which is `age` at
   * `from`; null = as they are. [engine-thread]
   */
  emit(
    buffer: JitterBuffer,
    index: number,
    from: number,
    to: number,
    fade: Float64Array | null,
    age: number,
  ): void {
    const { frames, mask } = buffer;
    const { plan, planAt, limit } = this;
    const plane = this.channel * buffer.ringFrames;
    for (let i = 0; i < to - from; i++) {
      let value = 0;
      if (fade === null) value = plan[planAt + index + i];
      else if (age + i < fade.length) value = fade[age + i] * plan[planAt + index + i];
      frames[plane + ((from + i) & mask)] = Math.max(-limit, Math.min(limit, value));
    }
  }
}
