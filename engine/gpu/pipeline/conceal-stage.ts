// Concealment by the GPU: gaps with a held far side are sent ahead of the time at which they are due. What comes
// back lies in the jitter buffer, at its place but not marked as held: a packet that comes after all still wins. A
// gap that is due before its estimate is there is filled by the processor, as if there were no GPU.
//
//        resolved        finalEnd     held       gap           held        end
//   --------------------------|--------------|..........|---------------------|-->
//                             <------------ lead ------------>      what is due within it is asked for
import { GLOBAL, type MetricsSlab } from '../../base/metrics-slab.js';
import type { AudioReceiveStream } from '../../path/audio-receive-stream.js';
import type { EngineSlot } from '../../path/engine-slot.js';
import { type JitterBuffer, ORIGIN } from '../../path/jitter-buffer.js';
import type { Tap } from '../../path/tap.js';
import { BRIDGE_MS_MAX } from '../../repair/ar-concealer.js';
import { FAR_FRAMES_PER_ORDER, NEAR_FRAMES_PER_ORDER } from '../../repair/channel-model.js';
import { DRIVEN_MS_MIN } from '../../repair/excitation.js';
import { AHEAD, AheadCounts, type GapAhead, GapsAhead } from '../../repair/gaps-ahead.js';
import { ORDERS } from '../../repair/model-supply.js';
import { FAR_FRAMES_MAX } from '../../repair/pcm-repair.js';
import { OPERATIONS_PER_US } from '../../repair/repair-budget.js';
import type { PcmRepairJob, RepairGap } from '../kernels/pcm-repair.js';
import { SHORT_FRAMES_MAX } from './batch-jobs.js';
import { GapDriver } from './gap-driver.js';
import { readSound } from './read-sound.js';
import type { PipelineStage, Tick } from './stage.js';

/** Louder than any sound: single precision must hold the sum of the squares. */
const PEAK_MAX = 1e9;
/** What one tick may spend on listening to what surrounds long gaps: half a millisecond. */
const LISTEN_OPERATIONS_MAX = 500 * OPERATIONS_PER_US;
/** No estimate is louder than the loudest held frame near it, by more than this. */
const OVERSHOOT_MAX = 1.2;

/** How much is known on either side of a gap. */
class GapSides {
  start = 0;
  end = 0;
  /** Frames that a model of this length is fitted to. */
  near = 0;
  far = 0;
  order = 0;

  /** False: too little. */
  measure(buffer: JitterBuffer, start: number, end: number): boolean {
    const near = start - buffer.start;
    const order = ORDERS.find((longest) => near > 2 * longest) ?? 0;
    this.start = start;
    this.end = end;
    this.order = order;
    this.near = Math.min(near, NEAR_FRAMES_PER_ORDER * order);
    this.far = buffer.nextMissing(end, Math.min(buffer.end, end + FAR_FRAMES_PER_ORDER * order)) - end;
    return order > 0;
  }
}

/** What was asked for in one batch. */
class Asked {
  gap: GapAhead | null = null;
  ticket = 0;
  buffer: JitterBuffer | null = null;
  /** Where its first channel's frames are; the others follow. */
  result = 0;
}

type Writable<T> = { -readonly [K in keyof T]-?: T[K] };

/** One batch's gaps, as they are asked for. */
class ConcealBatch {
  count = 0;
  readonly asked: readonly Asked[];

  constructor(readonly job: PcmRepairJob) {
    this.asked = Array.from({ length: job.sizes.gapsMax }, () => new Asked());
  }
}

export class ConcealStage implements PipelineStage {
  readonly name = 'conceal';
  readonly counts = new AheadCounts();
  private readonly batches: readonly ConcealBatch[];
  private readonly gap = emptyGap();
  private readonly sides = new GapSides();
  private zeros = -1;
  /** By sample rate. */
  private readonly drivers: GapDriver[] = [];
  private listened = 0;
  /** Of the channel added last. */
  private peak = 0;

  constructor(jobs: readonly PcmRepairJob[]) {
    this.batches = jobs.map((job) => new ConcealBatch(job));
  }

  jobs(batch: number): readonly PcmRepairJob[] {
    return [this.batches[batch].job];
  }

  /** [engine-thread] */
  fill(index: number, { slots, leadUs }: Tick): boolean {
    const batch = this.batches[index];
    const { job } = batch;
    batch.count = 0;
    job.begin();
    this.zeros = -1;
    this.listened = 0;
    for (const slot of slots) if (slot.playout.running) this.collect(batch, slot, leadUs);
    if (job.count === 0) return false;
    job.finish();
    return true;
  }

  /** Asks for the gaps that a slot will have to play within `leadUs`. */
  private collect(batch: ConcealBatch, slot: EngineSlot, leadUs: number): void {
    const { view } = slot;
    const leadFrames = view.blockFramesMax + (leadUs * view.sampleRate) / 1e6;
    const until = slot.blockEnd + view.blockFramesMax + Math.ceil(leadFrames);
    for (const tap of slot.taps) {
      const { audio } = tap.source;
      if (audio?.buffer.started && tap.resampler !== null) this.look(batch, tap, audio, until);
    }
  }

  private look(batch: ConcealBatch, tap: Tap, audio: AudioReceiveStream, until: number): void {
    const { buffer, concealer } = audio;
    concealer.ahead?.expire(buffer.finalEnd);
    const limit = Math.min(buffer.end, tap.needs(until));
    if (buffer.contiguousEnd >= limit) return;
    concealer.ahead ??= new GapsAhead(audio.channels, this.counts);
    let leansOn = -1;
    let at = buffer.contiguousEnd;
    for (;;) {
      const start = buffer.nextMissing(at, limit);
      if (start >= limit) return;
      const end = buffer.nextHeld(start, buffer.end);
      if (end >= buffer.end || isBegun(buffer, start)) return;
      const known = concealer.ahead.find(start, end);
      // What follows goes on from this one: its estimate must be there.
      if (known === null) {
        this.ask(batch, audio, concealer.ahead, start, end, leansOn);
        return;
      }
      if (known.state !== AHEAD.filled) return;
      leansOn = start;
      at = end;
    }
  }

  private ask(
    batch: ConcealBatch,
    { buffer, channels, sampleRate }: AudioReceiveStream,
    ahead: GapsAhead,
    start: number,
    end: number,
    leansOn: number,
  ): void {
    const { job } = batch;
    const { sides } = this;
    if (!sides.measure(buffer, start, end) || !isFilled(end - start, sampleRate)) return;
    const driver = isDriven(end - start, sampleRate) ? this.driverOf(sampleRate) : null;
    if (driver !== null && !this.mayListen(driver, channels)) return;
    const most = (driver?.nearFrames ?? sides.near) + sides.far + 2 * Math.max(end - start, SHORT_FRAMES_MAX);
    if (!job.fits(channels, end - start, most)) return;
    const gap = ahead.take(start, end, leansOn);
    if (gap === null) return;
    const asked = batch.asked[batch.count++];
    asked.gap = gap;
    asked.ticket = gap.ticket;
    asked.buffer = buffer;
    let loudest = 0;
    for (let c = 0; c < channels; c++) {
      const result = this.add(job, buffer, c, driver);
      if (c === 0) asked.result = result;
      gap.limits[c] = this.peak * OVERSHOOT_MAX;
      loudest = Math.max(loudest, this.peak);
    }
    if (loudest <= PEAK_MAX) return;
    this.counts.refused++;
    gap.release(); // what comes back will find nobody
  }

  /** One channel of a gap; returns where its frames will be. */
  private add(job: PcmRepairJob, buffer: JitterBuffer, channel: number, driver: GapDriver | null): number {
    const { gap, sides } = this;
    const { frames, mask } = buffer;
    const { start, end, near, far, order } = sides;
    const plane = channel * buffer.ringFrames;
    const held = driver === null ? near : Math.max(near, Math.min(start - buffer.start, driver.nearFrames));
    const at = job.place(held + far);
    this.peak = Math.max(
      readSound(frames, plane, mask, start - held, held, job.samples, at),
      readSound(frames, plane, mask, end, far, job.samples, at + held),
    );
    gap.nearAt = at + held - near;
    gap.nearFrames = near;
    gap.farAt = at + held;
    gap.farFrames = far;
    gap.fitOrder = order;
    gap.model = job.count;
    gap.length = end - start;
    gap.before = at + held;
    gap.after = at + held;
    gap.steered = Math.min(far, FAR_FRAMES_MAX);
    if (driver === null) {
      gap.excitation = this.noExcitation(job);
      gap.lag = 0;
    } else {
      driver.drive(job, channel, at, held, far, order, start, end - start);
      gap.excitation = driver.excitation;
      gap.lag = driver.lag;
      gap.noise = driver.noise;
    }
    return job.add(gap);
  }

  /** So short a gap is not driven: all gaps of a batch share zeros. */
  private noExcitation(job: PcmRepairJob): number {
    if (this.zeros >= 0) return this.zeros;
    this.zeros = job.place(SHORT_FRAMES_MAX);
    job.samples.fill(0, this.zeros, this.zeros + SHORT_FRAMES_MAX);
    return this.zeros;
  }

  private driverOf(sampleRate: number): GapDriver {
    for (const driver of this.drivers) if (driver.sampleRate === sampleRate) return driver;
    const made = new GapDriver(sampleRate);
    this.drivers.push(made);
    return made;
  }

  /** Others wait for the next tick. */
  private mayListen({ operations }: GapDriver, channels: number): boolean {
    if (this.listened > 0 && this.listened + channels * operations > LISTEN_OPERATIONS_MAX) return false;
    this.listened += channels * operations;
    return true;
  }

  /** [engine-thread] */
  take(index: number, good: boolean): void {
    const batch = this.batches[index];
    for (let i = 0; i < batch.count; i++) {
      const asked = batch.asked[i];
      const { gap, buffer } = asked;
      if (gap === null || buffer === null || gap.ticket !== asked.ticket) continue;
      const { length: channels } = gap.limits;
      const frames = channels * (gap.end - gap.start);
      if (!good || !isSound(batch.job, asked.result, frames)) {
        this.counts.refused++;
        gap.release();
      } else if (!isOpen(buffer, gap)) {
        this.counts.needless++;
        gap.release();
      } else {
        for (let c = 0; c < channels; c++) takeFrames(batch.job, asked, gap, buffer, c);
        gap.state = AHEAD.filled;
      }
    }
    batch.count = 0;
  }

  /** [engine-thread] */
  publish(metrics: MetricsSlab): void {
    const { counts } = this;
    metrics.setGlobal(GLOBAL.gpuGapsAsked, counts.asked);
    metrics.setGlobal(GLOBAL.gpuGapsUsed, counts.used);
    metrics.setGlobal(GLOBAL.gpuGapsLate, counts.late);
    metrics.setGlobal(GLOBAL.gpuGapsNeedless, counts.needless);
    metrics.setGlobal(GLOBAL.gpuGapsRefused, counts.refused);
  }
}

/** As long as the processor bridges. */
function isFilled(frames: number, sampleRate: number): boolean {
  return frames * 1000 <= BRIDGE_MS_MAX * sampleRate;
}

/** Longer gaps are driven by what is found in the sound. */
function isDriven(frames: number, sampleRate: number): boolean {
  return frames * 1000 > DRIVEN_MS_MIN * sampleRate;
}

/** Some of the gap is played already. */
function isBegun(buffer: JitterBuffer, start: number): boolean {
  return start === buffer.finalEnd && buffer.origin[(start - 1) & buffer.mask] >= ORIGIN.concealed;
}

/** Nothing of it came or was played meanwhile. */
function isOpen(buffer: JitterBuffer, { start, end }: GapAhead): boolean {
  return buffer.started && start >= buffer.finalEnd && buffer.nextHeld(start, end) === end;
}

/** False: something that came back is no number. */
function isSound({ result }: PcmRepairJob, from: number, count: number): boolean {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.abs(result[from + i]);
  return sum < Number.POSITIVE_INFINITY;
}

/** One channel's frames go to their place in the ring; nobody takes them for held ones. */
function takeFrames(job: PcmRepairJob, asked: Asked, gap: GapAhead, buffer: JitterBuffer, c: number): void {
  const { frames, ringFrames, mask } = buffer;
  const count = gap.end - gap.start;
  const from = asked.result + c * count;
  const limit = gap.limits[c];
  for (let i = 0; i < count; i++) {
    const value = job.result[from + i];
    frames[c * ringFrames + ((gap.start + i) & mask)] = Math.max(-limit, Math.min(limit, value));
  }
}

function emptyGap(): Writable<RepairGap> {
  return {
    nearAt: 0,
    nearFrames: 0,
    farAt: 0,
    farFrames: 0,
    fitOrder: 0,
    model: 0,
    length: 0,
    before: 0,
    after: 0,
    steered: 0,
    excitation: 0,
    lag: 0,
    noise: 0,
  };
}
