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
  /** Frames of a gap or of a period, and frames on both sides that a model is fitted to. */
  readonly lengthMax: number;
  readonly fitFramesMax: number;
  /** Of all gaps of a batch; what is left out is as much as the longest would take. */
  readonly scratchMax?: number;
}

type DrivenField = 'lag' | 'noise';

/** One gap of one channel; places are in `samples`. See REPAIR_GAP. */
export type RepairGap = Readonly<Record<Exclude<keyof typeof AT, 'result' | DrivenField>, number>> &
  Readonly<Partial<Record<DrivenField, number>>>;

export class PcmRepairJob extends KernelJob {
  count = 0;
  readonly samples: Float32Array;
  readonly result: Float32Array;
  private samplesUsed = 0;
  private resultUsed = 0;
  private scratchEach = 0;

  constructor(
    readonly sizes: RepairSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const { gapsMax, modelsMax, samplesMax, resultMax, lengthMax, fitFramesMax } = sizes;
    const scratchMax = sizes.scratchMax ?? gapsMax * scratchOf(lengthMax, 2 * fitFramesMax);
    const wordsMax = {
      params: REPAIR_PARAMS.words,
      gaps: gapsMax * REPAIR_GAP.words,
      samples: samplesMax,
      models: modelsMax * MODEL_STRIDE,
      fits: modelsMax * REPAIR_MODEL.words,
      scratch: scratchMax,
      result: resultMax,
    };
    super(PCM_REPAIR, wordsMax, allocate);
    this.samples = floats(this.memory.samples);
    this.result = floats(this.memory.result);
  }

  begin(): void {
    this.count = 0;
    this.samplesUsed = 0;
    this.resultUsed = 0;
    this.scratchEach = 2 * this.sizes.fitFramesMax;
  }

  /** Is there room for so many more gaps, as long, with so many samples each? */
  fits(gaps: number, length: number, samplesEach: number): boolean {
    const { sizes, wordsMax } = this;
    const count = this.count + gaps;
    const each = scratchOf(Math.max(length, 1), this.scratchEach);
    return (
      count <= sizes.gapsMax &&
      length <= sizes.lengthMax &&
      this.samplesUsed + gaps * samplesEach <= sizes.samplesMax &&
      this.resultUsed + gaps * length <= sizes.resultMax &&
      count * each <= wordsMax.scratch
    );
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
    gaps[at + AT.lag] = 0;
    for (const [field, value] of Object.entries(gap)) gaps[at + AT[field as keyof RepairGap]] = value;
    gaps[at + AT.result] = this.resultUsed;
    const result = this.resultUsed;
    this.resultUsed += gap.length;
    this.scratchEach = scratchOf(gap.length, this.scratchEach);
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

/** Floats that a gap takes, or `atLeast`: the runs, then the vectors, where a period is before. */
function scratchOf(length: number, atLeast: number): number {
  const runs = 3 * (length + FAR_FRAMES_MAX + 1) + FAR_FRAMES_MAX * (length + FAR_FRAMES_MAX);
  return Math.max(atLeast, runs);
}
