// What drives the models of long gaps, as far as it can be told without a model: one of these for each sample rate. The
// model's own errors are left to the kernel, which fits it.
import { BRIDGE_MS_MAX } from '../../repair/ar-concealer.js';
import { FAR_FRAMES_PER_ORDER, NEAR_FRAMES_PER_ORDER } from '../../repair/channel-model.js';
import { Excitation, NOISE_OF_MEAN } from '../../repair/excitation.js';
import { GapContext } from '../../repair/gap-context.js';
import { ORDER_MAX } from '../../repair/model-supply.js';
import { PitchSearch } from '../../repair/pitch-search.js';
import type { PcmRepairJob } from '../kernels/pcm-repair.js';

const CHANNELS_MAX = 16;

export class GapDriver {
  /** Frames before a gap that are looked at. */
  readonly nearFrames: number;
  /** Of the channel driven last: 0 where nothing repeats itself, and the model rings on alone. */
  lag = 0;
  /** Where its weights are in the job's samples. */
  excitation = 0;
  noise = 0;
  private readonly pitch: PitchSearch;
  private readonly excitations: readonly Excitation[];
  private readonly context: GapContext;
  private readonly repeats: Float64Array;
  private readonly noises: Float64Array;

  constructor(readonly sampleRate: number) {
    const lengthMax = Math.ceil((BRIDGE_MS_MAX * sampleRate) / 1000);
    this.pitch = new PitchSearch(sampleRate);
    const { lagMax } = this.pitch;
    this.nearFrames = 2 * lagMax + ORDER_MAX;
    // Fits what a fit needs, too.
    this.context = new GapContext(
      Math.max(this.nearFrames, NEAR_FRAMES_PER_ORDER * ORDER_MAX),
      FAR_FRAMES_PER_ORDER * ORDER_MAX,
    );
    this.excitations = Array.from(
      { length: CHANNELS_MAX },
      (_, channel) => new Excitation(sampleRate, lagMax, channel),
    );
    this.repeats = new Float64Array(lengthMax);
    this.noises = new Float64Array(lengthMax);
  }

  /** What it costs, as repair counts. */
  get operations(): number {
    return this.pitch.operations;
  }

  /**
   * For a gap of `length` frames at `frame`, whose sides lie at job.samples[at ..], `near` and then `far` frames.
   * [engine-thread]
   */
  drive(
    job: PcmRepairJob,
    channel: number,
    at: number,
    near: number,
    far: number,
    order: number,
    frame: number,
    length: number,
  ): void {
    const { context, repeats, noises } = this;
    const excitation = this.excitations[channel];
    for (let i = 0; i < near + far; i++) context.samples[i] = job.samples[at + i];
    context.near = near;
    context.far = far;
    excitation.listen(context, order, this.pitch);
    this.lag = excitation.lag;
    this.excitation = job.place(length);
    if (this.lag === 0) {
      job.samples.fill(0, this.excitation, this.excitation + length);
      return;
    }
    this.noise = job.place(length);
    excitation.weigh(repeats, noises, length, frame, 0, length);
    for (let i = 0; i < length; i++) {
      job.samples[this.excitation + i] = repeats[i];
      job.samples[this.noise + i] = NOISE_OF_MEAN * noises[i];
    }
  }
}
