// The twin of shaders/pcm-repair.wgsl: the engine's own fit and bridge, gap after gap, in double precision.
import { BurgFit } from '../../repair/burg-fit.js';
import { predictionErrors } from '../../repair/dots.js';
import { FAR_FRAMES_MAX, PcmRepair } from '../../repair/pcm-repair.js';
import { MODEL_STRIDE, type PcmRepairJob, REPAIR_ORDER_MAX } from '../kernels/pcm-repair.js';
import { floats } from '../kernels/resample.js';
import { REPAIR_GAP, REPAIR_MODEL } from '../layouts.js';

const AT = REPAIR_GAP.at;
const MODEL = REPAIR_MODEL.at;

export class PcmRepairTwin {
  private readonly burg = new BurgFit(REPAIR_ORDER_MAX);
  private readonly kernel: PcmRepair;
  private readonly context: Float64Array;
  private readonly plan: Float64Array;
  private readonly excitation: Float64Array;
  private readonly period: Float64Array;
  private readonly before: Float64Array;
  private readonly model = { order: 0, reversed: new Float64Array(REPAIR_ORDER_MAX) };

  constructor(lengthMax: number, fitFramesMax: number) {
    this.kernel = new PcmRepair(REPAIR_ORDER_MAX, lengthMax);
    this.context = new Float64Array(fitFramesMax);
    this.plan = new Float64Array(REPAIR_ORDER_MAX + lengthMax + FAR_FRAMES_MAX);
    this.excitation = new Float64Array(lengthMax);
    this.period = new Float64Array(lengthMax);
    this.before = new Float64Array(lengthMax + REPAIR_ORDER_MAX);
  }

  /** [engine-thread] */
  run(job: PcmRepairJob): void {
    const { gaps } = job.memory;
    for (let g = 0; g < job.count; g++) {
      const at = g * REPAIR_GAP.words;
      if (gaps[at + AT.fitOrder] > 0) this.fit(job, at);
      this.bridge(job, at);
    }
  }

  private fit(job: PcmRepairJob, at: number): void {
    const { gaps, models, fits } = job.memory;
    const { burg, context } = this;
    const order = gaps[at + AT.fitOrder];
    const near = usedFrames(gaps[at + AT.nearFrames], order);
    const far = usedFrames(gaps[at + AT.farFrames], order);
    const nearAt = gaps[at + AT.nearAt];
    const farAt = gaps[at + AT.farAt];
    for (let i = 0; i < near; i++) context[i] = job.samples[nearAt + i];
    for (let i = 0; i < far; i++) context[near + i] = job.samples[farAt + i];
    burg.clear();
    if (near > 0) burg.add(0, near);
    if (far > 0) burg.add(near, near + far);
    burg.fit(context, order);
    const model = gaps[at + AT.model];
    fits[model * REPAIR_MODEL.words + MODEL.order] = burg.order;
    floats(fits)[model * REPAIR_MODEL.words + MODEL.errorEnergy] = burg.errorEnergy;
    const coefficients = floats(models).subarray(model * MODEL_STRIDE, (model + 1) * MODEL_STRIDE);
    for (let i = 0; i < MODEL_STRIDE; i++) coefficients[i] = i < burg.order ? burg.a[i + 1] : 0;
  }

  private bridge(job: PcmRepairJob, at: number): void {
    const { gaps, models, fits } = job.memory;
    const { plan, excitation, model } = this;
    const index = gaps[at + AT.model];
    const coefficients = floats(models);
    model.order = fits[index * REPAIR_MODEL.words + MODEL.order];
    for (let i = 0; i < model.order; i++) {
      model.reversed[i] = coefficients[index * MODEL_STRIDE + model.order - 1 - i];
    }
    const length = gaps[at + AT.length];
    const steered = gaps[at + AT.steered];
    for (let i = 1; i <= model.order; i++) {
      plan[REPAIR_ORDER_MAX - i] = job.samples[gaps[at + AT.before] - i];
    }
    for (let i = 0; i < steered; i++) {
      plan[REPAIR_ORDER_MAX + length + i] = job.samples[gaps[at + AT.after] + i];
    }
    this.drive(job, at, length);
    this.kernel.bridge(model, plan, REPAIR_ORDER_MAX, length, steered, excitation);
    const result = gaps[at + AT.result];
    for (let i = 0; i < length; i++) job.result[result + i] = plan[REPAIR_ORDER_MAX + i];
  }

  private drive(job: PcmRepairJob, at: number, length: number): void {
    const { gaps } = job.memory;
    const { excitation, model, period, before } = this;
    const lag = gaps[at + AT.lag];
    const given = gaps[at + AT.excitation];
    for (let i = 0; i < length; i++) excitation[i] = job.samples[given + i];
    if (lag === 0) return;
    const needed = lag + model.order;
    for (let i = 0; i < needed; i++) before[i] = job.samples[gaps[at + AT.before] - needed + i];
    predictionErrors(period, before, model.order, lag, model.reversed, model.order);
    let mean = 0;
    for (let i = 0; i < lag; i++) mean += Math.abs(period[i]) / lag;
    for (let i = 0; i < length; i++) {
      excitation[i] = excitation[i] * period[i % lag] + mean * job.samples[gaps[at + AT.noise] + i];
    }
  }
}

/** A stretch too short for the order is left out. */
function usedFrames(frames: number, order: number): number {
  return frames > 2 * order ? frames : 0;
}
