// What a stage has to do in a usual tick, for measuring it: filled in as the engine would, and done by its twin.

import type { KernelJob } from './kernel-job.js';
import type { Gf256RecoverJob } from './kernels/gf256-recover.js';
import type { MeterJob } from './kernels/meter.js';
import type { PcmRepairJob } from './kernels/pcm-repair.js';
import type { ResampleJob } from './kernels/resample.js';
import { PARSE_LOAD } from './parse-load.js';
import { type BatchJobs, RECOVER_SIZES, REPAIR_SIZES } from './pipeline/batch-jobs.js';
import { readSound } from './pipeline/read-sound.js';
import type { StageName } from './pipeline/stages.js';
import { Gf256RecoverTwin } from './twins/gf256-recover.js';
import { MeterTwin } from './twins/meter.js';
import { PcmRepairTwin } from './twins/pcm-repair.js';
import { ResampleTwin } from './twins/resample.js';

export interface StageLoad {
  /** What `size` counts, and how many there are in a usual tick: two stereo streams. */
  readonly unit: string;
  readonly usual: number;
  jobs(batch: BatchJobs): readonly KernelJob[];
  /** As the engine hands over. */
  fill(batch: BatchJobs, size: number): void;
  /** Makes what does the same on the processor. */
  twin(): (batch: BatchJobs) => void;
}

const ORDER = 128;
const GAP_FRAMES = 64;

/** A tone, and noise that no model predicts. */
const SOUND = Float32Array.from(
  { length: 4096 },
  (_, i) => Math.sin(i * 0.05) + ((Math.imul(i, 0x9e3779b1) >>> 16) / 65536 - 0.5) / 50,
);

/** A lost packet of a channel each. */
function fillGaps(job: PcmRepairJob, gaps: number): void {
  job.begin();
  const near = 16 * ORDER;
  const far = 4 * ORDER;
  const excitation = job.place(GAP_FRAMES);
  job.samples.fill(0, excitation, excitation + GAP_FRAMES);
  for (let gap = 0; gap < gaps; gap++) {
    const at = job.place(near + far);
    readSound(SOUND, 0, SOUND.length - 1, gap * 100, near + far, job.samples, at);
    const sides = { nearAt: at, nearFrames: near, farAt: at + near, farFrames: far };
    const bridge = { length: GAP_FRAMES, before: at + near, after: at + near, steered: 32, excitation };
    job.add({ ...sides, ...bridge, fitOrder: ORDER, model: gap });
  }
  job.finish();
}

/** As the default redundancy sends at 33 % loss: windows of 12 packets, 4 of them lost, 5 repair packets there. */
const PLACES = 12;
const LOST = 4;
const ROWS = 5;
const SYMBOL_WORDS = 133;

function fillWindows(job: Gf256RecoverJob, windows: number): void {
  const symbols = new Int32Array(job.memory.symbols.buffer);
  job.begin(SYMBOL_WORDS);
  for (let w = 0; w < windows; w++) {
    const first = job.addWindow(PLACES, ROWS, (1 << PLACES) - (1 << LOST), 0);
    const from = first * SYMBOL_WORDS;
    for (let i = 0; i < (PLACES + ROWS) * SYMBOL_WORDS; i++) symbols[from + i] = Math.imul(i + w, 0x9e3779b1);
    for (let r = 0; r < ROWS; r++) job.addRow(w * ROWS + r, 0, PLACES);
  }
  job.finish();
}

const PIECE_FRAMES = 64;
const RATIO = 1.00005;

/** A block of a stereo stream that drifts each. */
function fillPieces(job: ResampleJob, streams: number): void {
  job.begin();
  for (let i = 0; i < streams; i++) {
    const at = job.add(0, 2, PIECE_FRAMES, 0.25, RATIO);
    const stride = job.sourceStride(0, PIECE_FRAMES, RATIO);
    for (let p = 0; p < 2; p++) {
      readSound(SOUND, 0, SOUND.length - 1, i * 100, stride, job.source, at + p * stride);
    }
  }
  job.finish();
}

const METER_FRAMES = 4800;

/** A tenth of a second of a channel each. */
function fillMeters(job: MeterJob, channels: number): void {
  job.begin();
  for (let c = 0; c < channels; c++) {
    const at = job.add(c, 48_000, METER_FRAMES);
    readSound(SOUND, 0, SOUND.length - 1, c * 100, METER_FRAMES, job.samples, at);
  }
  job.finish();
}

export const STAGE_LOADS: Readonly<Partial<Record<StageName, StageLoad>>> = {
  parse: PARSE_LOAD,
  recover: {
    unit: 'windows',
    usual: 2,
    jobs: ({ recover }) => [recover],
    fill: ({ recover }, size) => fillWindows(recover, size),
    twin: () => {
      const twin = new Gf256RecoverTwin(RECOVER_SIZES.symbolBytes);
      return ({ recover }) => twin.run(recover);
    },
  },
  conceal: {
    unit: 'gaps',
    usual: 4,
    jobs: ({ repair }) => [repair],
    fill: ({ repair }, size) => fillGaps(repair, size),
    twin: () => {
      const twin = new PcmRepairTwin(REPAIR_SIZES.lengthMax, REPAIR_SIZES.fitFramesMax);
      return ({ repair }) => twin.run(repair);
    },
  },
  resample: {
    unit: 'streams',
    usual: 2,
    jobs: ({ resample }) => [resample],
    fill: ({ resample }, size) => fillPieces(resample, size),
    twin: () => {
      const twin = new ResampleTwin(2);
      return ({ resample }) => twin.run(resample);
    },
  },
  meter: {
    unit: 'channels',
    usual: 4,
    jobs: ({ meter }) => [meter],
    fill: ({ meter }, size) => fillMeters(meter, size),
    twin: () => {
      const twin = new MeterTwin();
      return ({ meter }) => twin.run(meter);
    },
  },
};
