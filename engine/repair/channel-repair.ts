// What one channel of a stream keeps between the parts of a gap: its model, and samples planned ahead.
//
//   plan:  [ order frames before | planned frames ................ | far frames ]
//                                ^ planAt = orderMax
import type { JitterBuffer } from '../path/jitter-buffer.js';
import { BurgFit } from './burg-fit.js';
import { FAR_FRAMES_MAX, type PcmRepair } from './pcm-repair.js';
import { readPlane } from './ring-read.js';

/** No estimate is louder than the loudest held frame near it, by more than this. */
const OVERSHOOT_MAX = 1.2;

export class ChannelRepair {
  private readonly model: BurgFit;
  private readonly plan: Float64Array;
  private readonly planAt: number;
  private limit = 0;

  constructor(
    private readonly kernel: PcmRepair,
    private readonly channel: number,
  ) {
    this.model = new BurgFit(kernel.orderMax);
    this.planAt = kernel.orderMax;
    this.plan = new Float64Array(kernel.orderMax + kernel.lengthMax + FAR_FRAMES_MAX);
  }

  /** Of the model's error, in sample values. */
  get errorAmplitude(): number {
    return Math.sqrt(Math.max(0, this.model.errorEnergy));
  }

  /** Fits the model to `near` frames before `nearEnd` and `far` frames from `farStart` on. [engine-thread] */
  fit(
    buffer: JitterBuffer,
    nearEnd: number,
    near: number,
    farStart: number,
    far: number,
    order: number,
    context: Float64Array,
  ): void {
    const { frames, ringFrames, mask } = buffer;
    const plane = this.channel * ringFrames;
    const nearPeak = readPlane(frames, plane, mask, nearEnd - near, near, context, 0);
    const farPeak = readPlane(frames, plane, mask, farStart, far, context, near);
    this.limit = OVERSHOOT_MAX * Math.max(nearPeak, farPeak);
    this.model.clear();
    if (near > 2 * order) this.model.add(0, near);
    if (far > 2 * order) this.model.add(near, near + far);
    this.model.fit(context, order);
  }

  /** Plans `length` frames from `at` on, before which `held` are, that lead to the `far` held ones after them. [engine-thread] */
  bridge(
    buffer: JitterBuffer,
    at: number,
    held: number,
    length: number,
    far: number,
    excitation: Float64Array,
  ): void {
    this.readBefore(buffer, at, held);
    const { frames, ringFrames, mask } = buffer;
    const count = Math.min(far, FAR_FRAMES_MAX);
    readPlane(frames, this.channel * ringFrames, mask, at + length, count, this.plan, this.planAt + length);
    this.kernel.bridge(this.model, this.plan, this.planAt, length, count, excitation);
  }

  /** Plans `length` frames from `at` on, before which `held` are, without knowing what follows. [engine-thread] */
  begin(buffer: JitterBuffer, at: number, held: number, length: number, excitation: Float64Array): void {
    this.readBefore(buffer, at, held);
    this.kernel.bridge(this.model, this.plan, this.planAt, length, 0, excitation);
  }

  /** Plans the next `length` frames after the `planned` ones. [engine-thread] */
  extend(planned: number, length: number, excitation: Float64Array): void {
    this.plan.copyWithin(0, planned, planned + this.planAt);
    this.kernel.bridge(this.model, this.plan, this.planAt, length, 0, excitation);
  }

  /** Writes planned frame `index` to the ring at `frame`. [engine-thread] */
  emit(buffer: JitterBuffer, index: number, frame: number, gain: number): void {
    const value = this.plan[this.planAt + index];
    const bounded = Math.max(-this.limit, Math.min(this.limit, value));
    buffer.frames[this.channel * buffer.ringFrames + (frame & buffer.mask)] = bounded * gain;
  }

  private readBefore(buffer: JitterBuffer, at: number, held: number): void {
    const { frames, ringFrames, mask } = buffer;
    const count = Math.min(held, this.planAt);
    this.plan.fill(0, 0, this.planAt - count);
    readPlane(frames, this.channel * ringFrames, mask, at - count, count, this.plan, this.planAt - count);
  }
}
