// The engine's end of the pipeline: what a tick has for the GPU goes out in one batch and is taken when it is back.
// Never waits: what is not back in time has been done by the processor, and is counted.
import { GLOBAL, HISTOGRAM, type MetricsSlab } from '../../base/metrics-slab.js';
import type { EngineSlot } from '../../path/engine-slot.js';
import { ConcealBatch, ConcealStage } from './conceal-stage.js';
import { BATCH, Mailbox, type PipelineMemory } from './mailbox.js';
import { stageBit } from './stages.js';

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
  readonly conceal = new ConcealStage();
  private readonly concealBatches: readonly ConcealBatch[];
  private readonly postedUs: Float64Array;
  /** The batch that is being filled; -1: all are under way. */
  private open = -1;
  private serial = 0;
  private roundTripUs = ROUND_TRIP_US;

  constructor(
    memory: PipelineMemory,
    private readonly metrics: MetricsSlab,
    private readonly clock = REAL_CLOCK,
  ) {
    this.mailbox = new Mailbox(memory);
    this.postedUs = new Float64Array(this.mailbox.batches.length);
    this.concealBatches = this.mailbox.batches.map(({ repair }) => new ConcealBatch(repair));
  }

  /** What is back is put where it belongs. [engine-thread] */
  begin(nowUs: number): void {
    const { mailbox } = this;
    for (let batch = 0; batch < this.postedUs.length; batch++) {
      if (mailbox.state(batch) === BATCH.free) continue;
      if (this.clock.isBack(mailbox, batch, this.postedUs[batch], nowUs)) this.take(batch, nowUs);
    }
  }

  /** Asks for what will be due soon, of all slots, in one batch. [engine-thread] */
  end(slots: readonly EngineSlot[], nowUs: number): void {
    const { mailbox, conceal } = this;
    if ((mailbox.stages & stageBit('conceal')) === 0) return;
    if (!this.openBatch()) return;
    const batch = this.concealBatches[this.open];
    conceal.begin(batch);
    const leadUs = Math.min(LEAD_US_MAX, Math.max(LEAD_US_MIN, LEAD_OF_ROUND_TRIP * this.roundTripUs));
    for (const slot of slots) if (slot.playout.running) conceal.collect(batch, slot, leadUs);
    if (!conceal.finish(batch)) return;
    this.postedUs[this.open] = nowUs;
    mailbox.post(this.open, ++this.serial, (job) => job === batch.job);
    this.metrics.addGlobal(GLOBAL.gpuBatches, 1);
    this.open = -1;
  }

  private openBatch(): boolean {
    if (this.open >= 0) return true;
    this.open = this.concealBatches.findIndex((_, batch) => this.mailbox.state(batch) === BATCH.free);
    return this.open >= 0;
  }

  private take(batch: number, nowUs: number): void {
    const { mailbox, metrics } = this;
    const good = mailbox.state(batch) === BATCH.done;
    const roundTripUs = nowUs - this.postedUs[batch];
    if (good) {
      this.roundTripUs = Math.max(roundTripUs, this.roundTripUs * FORGET);
      metrics.recordUs(HISTOGRAM.gpuRoundTrip, roundTripUs);
    } else metrics.addGlobal(GLOBAL.gpuBatchesFailed, 1);
    this.conceal.take(this.concealBatches[batch], good);
    mailbox.free(batch);
  }

  /** [engine-thread] */
  publish(): void {
    const { counts } = this.conceal;
    const { metrics } = this;
    metrics.setGlobal(GLOBAL.gpuGapsAsked, counts.asked);
    metrics.setGlobal(GLOBAL.gpuGapsUsed, counts.used);
    metrics.setGlobal(GLOBAL.gpuGapsLate, counts.late);
    metrics.setGlobal(GLOBAL.gpuGapsNeedless, counts.needless);
    metrics.setGlobal(GLOBAL.gpuGapsRefused, counts.refused);
  }
}
