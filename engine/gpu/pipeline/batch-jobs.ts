// The jobs of one batch, one for each kernel of the pipeline, over memory that both threads see. Whoever makes
// them second hands in the memory of the first.
import { REPAIR_SYMBOL_BYTES_MAX } from '../../base/limits.js';
import type { Allocate, KernelJob } from '../kernel-job.js';
import { Gf256RecoverJob, type RecoverSizes } from '../kernels/gf256-recover.js';
import { MeterJob, type MeterSizes } from '../kernels/meter.js';
import { PcmRepairJob, type RepairSizes } from '../kernels/pcm-repair.js';
import { ResampleJob, type ResampleSizes } from '../kernels/resample.js';

/** A batch that is being filled, and one that is under way. */
export const BATCHES = 2;

/** Gaps that the model is left alone in: 1.4 ms at 192 kHz. They share their zeros. */
export const SHORT_FRAMES_MAX = 272;

const REPAIR_GAPS_MAX = 256;

/** As many gaps of one lost packet as there may be channels, or a hundred of 20 ms at 48 kHz. */
export const REPAIR_SIZES: RepairSizes = {
  gapsMax: REPAIR_GAPS_MAX,
  modelsMax: REPAIR_GAPS_MAX,
  samplesMax: 1 << 20,
  resultMax: 1 << 18,
  lengthMax: 3840, // 20 ms at 192 kHz
  fitFramesMax: 2048 + 512,
  scratchMax: 1 << 23,
};

/** Two hundred windows of twelve packets of 64 stereo frames in 24 bits; of longer ones accordingly fewer. */
export const RECOVER_SIZES: RecoverSizes = {
  windowsMax: 256,
  rowsMax: 2048,
  symbolsMax: 1024,
  symbolBytes: REPAIR_SYMBOL_BYTES_MAX,
};

/** A tenth of a second of 64 channels at 48 kHz. */
export const METER_SIZES: MeterSizes = { channelsMax: 64, samplesMax: 64 * 4800, statesMax: 256 };

/** 32 stereo streams. Filters of sound cards that drift, and of both usual rates into each other. */
export const RESAMPLE_SIZES: ResampleSizes = {
  piecesMax: 64,
  sourceMax: 64 * 1024,
  resultMax: 64 * 256,
  rates: [
    { sourceRate: 48_000, slotRate: 48_000 }, // and 88.2, 96, 192 kHz
    { sourceRate: 44_100, slotRate: 44_100 }, // and 44.1 into 48 kHz
    { sourceRate: 48_000, slotRate: 44_100 },
  ],
};

export class BatchJobs {
  readonly recover: Gf256RecoverJob;
  readonly repair: PcmRepairJob;
  readonly resample: ResampleJob;
  readonly meter: MeterJob;
  /** All of them, in the order in which they run. */
  readonly all: readonly KernelJob[];

  constructor(allocate: Allocate) {
    this.recover = new Gf256RecoverJob(RECOVER_SIZES, allocate);
    this.repair = new PcmRepairJob(REPAIR_SIZES, allocate);
    this.resample = new ResampleJob(RESAMPLE_SIZES, allocate, true);
    this.meter = new MeterJob(METER_SIZES, allocate);
    this.all = [this.recover, this.repair, this.resample, this.meter];
  }
}
