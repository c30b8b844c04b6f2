// The engine's end of the pipeline: what a tick has for the GPU goes out in one batch and is taken when it is back.
// Never waits: what is not back in time has been done by the processor, and is counted.
import { GLOBAL, HISTOGRAM, type MetricsSlab } from '../../base/metrics-slab.js';
import type { EngineSlot } from '../../path/engine-slot.js';
import type { RemoteSource } from '../../path/remote-source.js';
import { ConcealStage } from './conceal-stage.js';
import { BATCH, Mailbox, type PipelineMemory } from './mailbox.js';
import { MeterStage } from './meter-stage.js';
import { ParseStage } from './parse-stage.js';
import { RecoverStage } from './recover-stage.js';
import { ResampleStage } from './resample-stage.js';
import { type PipelineStage, Tick } from './stage.js';
import { type StageName, stageBit } from './stages.js';

/** How much longer than the longest round trip of late a batch is given. */
const LEAD_OF_ROUND_TRIP = 1.5;
const LEAD_US_MIN = 1000;
const LEAD_US_MAX = 8000;
/** Before anything was measured. */
const ROUND_TRIP_US = 2000;
/** The longest round trip is forgotten at this rate, with every batch. */
const FORGET = 0.99;

/** Tells when a batch is back. */
export interface BatchClock {
  isBack(mailbox: Mailbox, batch: number, postedUs: number, nowUs: number): boolean;
}

const REAL_CLOCK: BatchClock = {
  isBack: (mailbox, batch) => mailbox.state(batch) !== BATCH.posted,
};

export class Pipeline {
  readonly mailbox: Mailbox;
  readonly parse: ParseStage;
  readonly recover: RecoverStage;
  readonly conceal: ConcealStage;
  readonly resample: ResampleStage;
  readonly meter: MeterStage;
  /** In the order of the route. */
  private readonly stages: readonly PipelineStage[];
  private readonly postedUs: Float64Array;
  /** A bit for each stage that has a part in the batch. */
  private readonly parts: Int32Array;
  private readonly tick = new Tick();
  private serial = 0;
  private roundTripUs = ROUND_TRIP_US;

  constructor(
    memory: PipelineMemory,
    private readonly metrics: MetricsSlab,
    private readonly clock = REAL_CLOCK,
  ) {
    this.mailbox = new Mailbox(memory);
    const { batches } = this.mailbox;
    this.postedUs = new Float64Array(batches.length);
    this.parts = new Int32Array(batches.length);
    this.parse = new ParseStage(
      batches,
      () => this.has('parse'),
      () => this.freeBatch(),
      metrics,
    );
    this.recover = new RecoverStage(batches.map(({ recover }) => recover));
    this.conceal = new ConcealStage(batches.map(({ repair }) => repair));
    this.resample = new ResampleStage(batches.map(({ resample }) => resample));
    this.meter = new MeterStage(
      batches.map(({ meter }) => meter),
      metrics,
    );
    this.stages = [this.parse, this.recover, this.conceal, this.resample, this.meter];
  }

  /** Does the GPU do this stage now? [engine-thread] */
  has(name: StageName): boolean {
    return (this.mailbox.stages & stageBit(name)) !== 0;
  }

  /** What is back is put where it belongs. [engine-thread] */
  begin(nowUs: number): void {
    for (let batch = this.nextBack(nowUs); batch >= 0; batch = this.nextBack(nowUs)) this.take(batch, nowUs);
    this.parse.expire(nowUs);
  }

  /** Of those that are back, the one that was posted first; -1: none. */
  private nextBack(nowUs: number): number {
    const { mailbox, postedUs } = this;
    let next = -1;
    for (let batch = 0; batch < postedUs.length; batch++) {
      if (mailbox.state(batch) === BATCH.free) continue;
      if (next >= 0 && ((mailbox.serial(batch) - mailbox.serial(next)) | 0) > 0) continue;
      if (this.clock.isBack(mailbox, batch, postedUs[batch], nowUs)) next = batch;
    }
    return next;
  }

  /** Asks for what will be due soon, of all slots and sources, in one batch. [engine-thread] */
  end(slots: readonly EngineSlot[], sources: readonly RemoteSource[], nowUs: number): void {
    const { mailbox, tick } = this;
    const on = mailbox.stages;
    if (on === 0) return;
    // Packets are collected in one of their own, which the others may join.
    const { parse } = this;
    const free = parse.isReady ? parse.filling : this.freeBatch();
    const batch = free < 0 ? parse.filling : free;
    if (batch < 0) return; // all are under way
    tick.slots = slots;
    tick.sources = sources;
    tick.nowUs = nowUs;
    tick.leadUs = Math.min(LEAD_US_MAX, Math.max(LEAD_US_MIN, LEAD_OF_ROUND_TRIP * this.roundTripUs));
    let parts = 0;
    for (const stage of this.stages) {
      const bit = stageBit(stage.name);
      if ((on & bit) !== 0 && stage.fill(batch, tick)) parts |= bit;
    }
    if (parts === 0) return;
    this.parts[batch] = parts;
    this.postedUs[batch] = nowUs;
    mailbox.post(batch, ++this.serial, this.wantedBits(batch, parts));
    this.metrics.addGlobal(GLOBAL.gpuBatches, 1);
  }

  private freeBatch(): number {
    for (let batch = 0; batch < this.parts.length; batch++) {
      if (batch !== this.parse.filling && this.mailbox.state(batch) === BATCH.free) return batch;
    }
    return -1;
  }

  private wantedBits(batch: number, parts: number): number {
    let bits = 0;
    for (const stage of this.stages) {
      if ((parts & stageBit(stage.name)) === 0) continue;
      for (const job of stage.jobs(batch)) bits |= this.mailbox.jobBit(batch, job);
    }
    return bits;
  }

  private take(batch: number, nowUs: number): void {
    const { mailbox, metrics } = this;
    const good = mailbox.state(batch) === BATCH.done;
    const roundTripUs = nowUs - this.postedUs[batch];
    if (good) {
      this.roundTripUs = Math.max(roundTripUs, this.roundTripUs * FORGET);
      metrics.recordUs(HISTOGRAM.gpuRoundTrip, roundTripUs);
    } else metrics.addGlobal(GLOBAL.gpuBatchesFailed, 1);
    for (const stage of this.stages) {
      if ((this.parts[batch] & stageBit(stage.name)) !== 0) stage.take(batch, good, nowUs);
    }
    mailbox.free(batch);
  }

  /** [engine-thread] */
  publish(): void {
    for (const stage of this.stages) stage.publish(this.metrics);
  }
}
