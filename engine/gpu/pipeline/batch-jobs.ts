// The jobs of one batch, one for each kernel of the pipeline, over memory that both threads see. Whoever makes
// them second hands in the memory of the first.
import { REPAIR_SYMBOL_BYTES_MAX } from '../../base/limits.js';
import type { Allocate, KernelJob } from '../kernel-job.js';
import { Gf256RecoverJob, type RecoverSizes } from '../kernels/gf256-recover.js';
import { PcmRepairJob, type RepairSizes } from '../kernels/pcm-repair.js';

/** A batch that is being filled, and one that is under way. */
export const BATCHES = 2;

/** The longest gap: 1.4 ms at 192 kHz. */
export const FILLED_FRAMES_MAX = 272;

const REPAIR_GAPS_MAX = 256;
const CONTEXT_FRAMES_MAX = 2048 + 512;

export const REPAIR_SIZES: RepairSizes = {
  gapsMax: REPAIR_GAPS_MAX,
  modelsMax: REPAIR_GAPS_MAX,
  samplesMax: REPAIR_GAPS_MAX * CONTEXT_FRAMES_MAX + FILLED_FRAMES_MAX,
  resultMax: REPAIR_GAPS_MAX * FILLED_FRAMES_MAX,
  lengthMax: FILLED_FRAMES_MAX,
  fitFramesMax: CONTEXT_FRAMES_MAX,
};

/** Two hundred windows of twelve packets of 64 stereo frames in 24 bits; of longer ones accordingly fewer. */
export const RECOVER_SIZES: RecoverSizes = {
  windowsMax: 256,
  rowsMax: 2048,
  symbolsMax: 1024,
  symbolBytes: REPAIR_SYMBOL_BYTES_MAX,
};

export class BatchJobs {
  readonly recover: Gf256RecoverJob;
  readonly repair: PcmRepairJob;
  /** All of them, in the order in which they run. */
  readonly all: readonly KernelJob[];

  constructor(allocate: Allocate) {
    this.recover = new Gf256RecoverJob(RECOVER_SIZES, allocate);
    this.repair = new PcmRepairJob(REPAIR_SIZES, allocate);
    this.all = [this.recover, this.repair];
  }
}
