// The jobs of one batch, one for each kernel of the pipeline, over memory that both threads see. Whoever makes
// them second hands in the memory of the first.
import { randomInt } from 'node:crypto';
import { REPAIR_SYMBOL_BYTES_MAX } from '../../base/limits.js';
import type { Allocate, KernelJob } from '../kernel-job.js';
import { BurstDedupJob, type DedupSizes } from '../kernels/burst-dedup.js';
import { Gf256RecoverJob, type RecoverSizes } from '../kernels/gf256-recover.js';
import { JsonlParseJob, type JsonlSizes } from '../kernels/jsonl-parse.js';
import { MeterJob, type MeterSizes } from '../kernels/meter.js';
import { PacketParseJob } from '../kernels/packet-parse.js';
import { PcmRepairJob, type RepairSizes } from '../kernels/pcm-repair.js';
import { ResampleJob, type ResampleSizes } from '../kernels/resample.js';

/** Two that are under way, one that packets are collected in, and one for all else. */
export const BATCHES = 4;

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

/** More than a tick takes from the socket: packets wait while others are under way. */
export const PARSE_PACKETS_MAX = 256;
export const PARSE_SLAB_BYTES_MAX = 512 << 10;

const DEDUP_SIZES: DedupSizes = {
  packetsMax: PARSE_PACKETS_MAX,
  streamEntries: 128,
  // Shorter than the streams' own windows, which judge what is older.
  windowSize: 1024,
  seed: randomInt(2 ** 32),
};

/** A packet of text holds hardly more events; one that does is handed back. */
const LINES_EACH = 48;
const TEXT_SIZES: JsonlSizes = {
  packetsMax: PARSE_PACKETS_MAX,
  slabBytesMax: PARSE_SLAB_BYTES_MAX,
  linesMax: PARSE_PACKETS_MAX * LINES_EACH,
  linesEach: LINES_EACH,
};

/** The packet side: each works on what the one before it left on the device. */
export interface ParseJobs {
  readonly parse: PacketParseJob;
  readonly dedup: BurstDedupJob;
  readonly text: JsonlParseJob;
}

export class BatchJobs implements ParseJobs {
  readonly parse: PacketParseJob;
  readonly dedup: BurstDedupJob;
  readonly text: JsonlParseJob;
  readonly recover: Gf256RecoverJob;
  readonly repair: PcmRepairJob;
  readonly resample: ResampleJob;
  readonly meter: MeterJob;
  /** All of them, in the order in which they run. */
  readonly all: readonly KernelJob[];

  constructor(allocate: Allocate) {
    this.parse = new PacketParseJob(PARSE_PACKETS_MAX, PARSE_SLAB_BYTES_MAX, allocate);
    this.dedup = new BurstDedupJob(DEDUP_SIZES, allocate);
    this.text = new JsonlParseJob(TEXT_SIZES, allocate);
    this.recover = new Gf256RecoverJob(RECOVER_SIZES, allocate);
    this.repair = new PcmRepairJob(REPAIR_SIZES, allocate);
    this.resample = new ResampleJob(RESAMPLE_SIZES, allocate, true);
    this.meter = new MeterJob(METER_SIZES, allocate);
    this.all = [
      ...[this.parse, this.dedup, this.text],
      ...[this.recover, this.repair, this.resample, this.meter],
    ];
  }
}
