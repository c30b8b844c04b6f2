// A batch of gaps, of any streams and channels: models are fitted and gaps filled.
import { FAR_FRAMES_MAX } from '../../repair/pcm-repair.js';
import { type Allocate, allocateOwn, COLUMNS, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { REPAIR_GAP, REPAIR_MODEL, REPAIR_PARAMS } from '../layouts.js';
import { floats } from './resample.js';

export const REPAIR_ORDER_MAX = 128;
/** Floats of a model in `models`. */
export const MODEL_STRIDE = REPAIR_ORDER_MAX;
const AT = REPAIR_GAP.at;

export const PCM_REPAIR: KernelSpec = {
  stem: 'pcm-repair',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'gaps', use: 'input' },
    { name: 'samples', use: 'input' },
    { name: 'models', use: 'state' },
    { name: 'fits', use: 'state' },
    { name: 'scratch', use: 'scratch' },
    { name: 'result', use: 'output' },
  ],
  passes: ['fit', 'bridge'],
};

export interface RepairSizes {
  readonly gapsMax: number;
  readonly modelsMax: number;
  readonly samplesMax: number;
  readonly resultMax: number;
  /** Frames of a gap, and frames on both sides that a model is fitted to. */
  readonly lengthMax: number;
  readonly fitFramesMax: number;
}

/** One gap of one channel; places are in `samples`. See REPAIR_GAP. */
export type RepairGap = Readonly<Record<Exclude<keyof typeof AT, 'result'>, number>>;

export class PcmRepairJob extends KernelJob {
  count = 0;
  readonly samples: Float32Array;
  readonly result: Float32Array;
  private samplesUsed = 0;
  private resultUsed = 0;
  private readonly scratchEach: number;

  constructor(
    readonly sizes: RepairSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const { gapsMax, modelsMax, samplesMax, resultMax, lengthMax, fitFramesMax } = sizes;
    const runs = 3 * (lengthMax + FAR_FRAMES_MAX + 1) + FAR_FRAMES_MAX * (lengthMax + FAR_FRAMES_MAX);
    const scratchEach = Math.max(2 * fitFramesMax, runs);
    const wordsMax = {
      params: REPAIR_PARAMS.words,
      gaps: gapsMax * REPAIR_GAP.words,
      samples: samplesMax,
      models: modelsMax * MODEL_STRIDE,
      fits: modelsMax * REPAIR_MODEL.words,
      scratch: gapsMax * scratchEach,
      result: resultMax,
    };
    super(PCM_REPAIR, wordsMax, allocate);
    this.scratchEach = scratchEach;
    this.samples = floats(this.memory.samples);
    this.result = floats(this.memory.result);
  }

  begin(): void {
    this.count = 0;
    this.samplesUsed = 0;
    this.resultUsed = 0;
  }

  /** Room for `frames` in `samples`; returns where. */
  place(frames: number): number {
    const at = this.samplesUsed;
    this.samplesUsed += frames;
    return at;
  }

  /** Returns where in `result` the gap's frames will be. Gaps of one batch have models of their own. */
  add(gap: RepairGap): number {
    const at = this.count++ * REPAIR_GAP.words;
    const { gaps } = this.memory;
    for (const [field, value] of Object.entries(gap)) gaps[at + AT[field as keyof RepairGap]] = value;
    gaps[at + AT.result] = this.resultUsed;
    const result = this.resultUsed;
    this.resultUsed += gap.length;
    return result;
  }

  finish(): void {
    const { used, count } = this;
    this.memory.params[REPAIR_PARAMS.at.gapCount] = count;
    this.memory.params[REPAIR_PARAMS.at.scratchEach] = this.scratchEach;
    used.gaps = count * REPAIR_GAP.words;
    used.samples = this.samplesUsed;
    used.result = this.resultUsed;
    this.setGroups(0, Math.min(count, COLUMNS), groupsFor(count, COLUMNS));
    this.setGroups(1, Math.min(count, COLUMNS), groupsFor(count, COLUMNS));
  }
}
