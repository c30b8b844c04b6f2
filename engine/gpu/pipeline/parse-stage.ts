// The packet side by the GPU: datagrams go up as they came, and come back as what the receive path would have found
// out about them. They reach it in the order in which they were received, with the time at which they were; what is
// not back when its time is over, the processor reads, and what comes back later is not looked at.
//
//   offer -> collecting -> posted, at most two -> back: to the receive path, as read there
//                 '------------'--> due: to the receive path, read by the processor
//
// How long a packet may wait is what the receive latency leaves over: a listener that has chosen little latency gets
// its packets at once, without the GPU. A MIDI packet waits less than an audio packet; where the round trip is too long for
// that, MIDI is read at once and only audio goes up.
import { GLOBAL, HISTOGRAM, type MetricsSlab } from '../../base/metrics-slab.js';
import type { EngineSlot } from '../../path/engine-slot.js';
import type { RemoteSource } from '../../path/remote-source.js';
import type { ByteSlab } from '../../toast/byte-slab.js';
import { isTextMedia, isWholeText, packetTypeAt, textBodyBytes } from '../../toast/packet-glance.js';
import type { PacketVerdicts } from '../../toast/packet-verdicts.js';
import { BODY_OFFSET, PACKET_TYPE } from '../../toast/types.js';
import type { KernelJob } from '../kernel-job.js';
import { PACKET_RECORD } from '../layouts.js';
import { PARSE_PACKETS_MAX, PARSE_SLAB_BYTES_MAX, type ParseJobs } from './batch-jobs.js';
import { DeviceWindows } from './device-windows.js';
import { ParseCounts, ParsedPackets } from './parsed-packets.js';
import type { PipelineStage, Tick } from './stage.js';
import { UsualRoundTrip } from './usual-round-trip.js';

/** However much latency there is. */
const HOLD_US_MAX = 6000;
const MIDI_HOLD_US_MAX = 3000;
/** What the engine and the line need of the receive latency, at the least; measured lateness counts if it is more. */
const MARGIN_US = 2000;
/** Of what is left over: the rest is for an engine that stalls. */
const HOLD_SHARE = 0.5;
/** Shorter than so many round trips, and it isn't tried. */
const HOLD_OF_ROUND_TRIP = 1.25;
const UNDER_WAY_MAX = 2;
const FOLLOW_US = 20_000;
/** What is expected back is looked for so often. */
const LOOK_US = 100;

/** Takes a packet into the receive path. */
export type PacketTaker = (packet: PacketVerdicts, address: number, port: number, receivedUs: number) => void;

class ParseBatch {
  count = 0;
  slabBytes = 0;
  dueUs = Number.POSITIVE_INFINITY;
  postedUs = 0;
  posted = false;
  hasMidi = false;
  readonly addresses = new Uint32Array(PARSE_PACKETS_MAX);
  readonly ports = new Uint16Array(PARSE_PACKETS_MAX);
  readonly receivedUs = new Float64Array(PARSE_PACKETS_MAX);
  readonly packets: ParsedPackets;
  readonly withTexts: readonly KernelJob[];
  readonly withoutTexts: readonly KernelJob[];

  constructor(
    readonly jobs: ParseJobs,
    counts: ParseCounts,
  ) {
    const { parse, dedup, text } = jobs;
    this.packets = new ParsedPackets(jobs, counts);
    this.withTexts = [parse, dedup, text];
    this.withoutTexts = [parse, dedup];
  }

  begin(): void {
    this.count = 0;
    this.slabBytes = 0;
    this.dueUs = Number.POSITIVE_INFINITY;
    this.hasMidi = false;
    this.jobs.parse.begin();
    this.jobs.text.begin();
  }

  hasRoomFor(bytes: number): boolean {
    return this.count < PARSE_PACKETS_MAX && this.slabBytes + bytes <= PARSE_SLAB_BYTES_MAX;
  }
}

export class ParseStage implements PipelineStage {
  readonly name = 'parse';
  readonly counts = new ParseCounts();
  /** Where packets go. Set by the receive path. */
  taker: PacketTaker = () => {};
  /** The batch that packets are collected in; -1: none. */
  filling = -1;
  private readonly batches: readonly ParseBatch[];
  private readonly windows: DeviceWindows;
  /** Batches whose packets have not reached the receive path, the oldest first. */
  private readonly queue: number[] = [];
  private underWay = 0;
  private holdUs = 0;
  private readonly roundTrip = new UsualRoundTrip();
  private followUs = 0;
  /** The device may know nothing of what its tables say. */
  private forgotten = true;
  private bytesToBatch = 0;

  /** @param room a batch that is free, or -1 */
  constructor(
    jobs: readonly ParseJobs[],
    private readonly isOn: () => boolean,
    private readonly room: () => number,
    private readonly metrics: MetricsSlab,
  ) {
    this.batches = jobs.map((one) => new ParseBatch(one, this.counts));
    this.windows = new DeviceWindows(jobs.map(({ dedup }) => dedup));
  }

  jobs(index: number): readonly KernelJob[] {
    const batch = this.batches[index];
    return batch.jobs.text.count > 0 ? batch.withTexts : batch.withoutTexts;
  }

  /**
   * A datagram from the network; `length` < 0 when it was truncated. False: the caller reads it, at once; of its own
   * kind all before it have been. [engine-thread]
   */
  offer(
    slab: ByteSlab,
    offset: number,
    length: number,
    address: number,
    port: number,
    nowUs: number,
  ): boolean {
    if (!this.isOn()) {
      this.forgotten = true;
      this.finishAll(nowUs);
      return false;
    }
    const isMidi = packetTypeAt(slab, offset, length) === PACKET_TYPE.midi;
    const holdUs = Math.min(this.holdUs, isMidi ? MIDI_HOLD_US_MAX : HOLD_US_MAX);
    const bytes = Math.max(0, length);
    if (holdUs < HOLD_OF_ROUND_TRIP * this.roundTrip.us || !this.makeRoom(bytes)) {
      this.roundTrip.passOver();
      this.counts.direct++;
      // MIDI overtakes audio, as it may on the line; never MIDI.
      if (!isMidi || this.hasMidi()) this.finishAll(nowUs);
      return false;
    }
    const batch = this.batches[this.filling];
    const { count } = batch;
    batch.hasMidi ||= isMidi;
    batch.addresses[count] = address;
    batch.ports[count] = port;
    batch.receivedUs[count] = nowUs;
    batch.dueUs = Math.min(batch.dueUs, nowUs + holdUs);
    this.add(batch, slab, offset, length);
    this.counts.asked++;
    return true;
  }

  private makeRoom(bytes: number): boolean {
    if (this.filling >= 0) return this.batches[this.filling].hasRoomFor(bytes);
    this.filling = this.room();
    if (this.filling < 0) return false;
    this.batches[this.filling].begin();
    this.queue.push(this.filling);
    return true;
  }

  private add(batch: ParseBatch, slab: ByteSlab, offset: number, length: number): void {
    const { parse, text } = batch.jobs;
    const { u8 } = batch.packets.slab;
    const to = batch.slabBytes;
    for (let i = 0; i < length; i++) u8[to + i] = slab.u8[offset + i];
    this.bytesToBatch += Math.max(0, length);
    parse.add(to, length);
    const isText = isTextMedia(slab, offset, length) && isWholeText(slab, offset, length);
    batch.packets.textOf[batch.count] = isText ? text.count : -1;
    if (isText) text.add(packetTypeAt(slab, offset, length), to + BODY_OFFSET, textBodyBytes(slab, offset));
    batch.slabBytes = (to + Math.max(0, length) + 3) & ~3;
    batch.count++;
  }

  private hasMidi(): boolean {
    for (const index of this.queue) if (this.batches[index].hasMidi) return true;
    return false;
  }

  /** Is there anything to post, and not enough under way? */
  get isReady(): boolean {
    return this.filling >= 0 && this.underWay < UNDER_WAY_MAX;
  }

  /** [engine-thread] */
  fill(index: number, { nowUs, slots, sources }: Tick): boolean {
    if (nowUs - this.followUs > FOLLOW_US) this.follow(slots, sources, nowUs);
    if (index !== this.filling) return false;
    this.filling = -1;
    const batch = this.batches[index];
    const { parse, dedup, text } = batch.jobs;
    if (this.forgotten && this.underWay === 0) {
      this.forgotten = false;
      this.windows.forgetAll();
      this.windows.follow(sources);
    }
    this.windows.tell(index);
    this.windows.fillIn(index);
    parse.records.fill(0, 0, batch.count * PACKET_RECORD.words);
    parse.finish(batch.slabBytes);
    dedup.finish(batch.count, true);
    text.finish(0);
    batch.posted = true;
    batch.postedUs = nowUs;
    this.underWay++;
    return true;
  }

  private follow(slots: readonly EngineSlot[], sources: readonly RemoteSource[], nowUs: number): void {
    this.followUs = nowUs;
    this.holdUs = holdUs(slots, sources);
    if (this.forgotten) return;
    this.windows.follow(sources);
    for (let i = 0; i < this.batches.length; i++) if (!this.batches[i].posted) this.windows.tell(i);
  }

  /** [engine-thread] */
  take(index: number, good: boolean, nowUs: number): void {
    const batch = this.batches[index];
    const place = this.queue.indexOf(index);
    if (good) this.roundTrip.observe(nowUs - batch.postedUs);
    else this.forgotten = true;
    if (place >= 0) {
      this.finish(place, nowUs);
      this.queue.shift();
      if (!good) this.counts.refused += batch.count;
      this.deliver(batch, good, nowUs);
    }
    batch.posted = false;
    this.underWay--;
  }

  /** What has waited long enough, the processor reads. [engine-thread] */
  expire(nowUs: number): void {
    const { queue } = this;
    let overdue = queue.length;
    while (overdue > 0 && this.batches[queue[overdue - 1]].dueUs > nowUs) overdue--;
    this.finish(overdue, nowUs);
  }

  /** When something is to be looked for again. [engine-thread] */
  nextUs(nowUs: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const index of this.queue) {
      const { dueUs, posted, postedUs } = this.batches[index];
      next = Math.min(next, dueUs);
      if (posted) next = Math.min(next, Math.max(nowUs + LOOK_US, postedUs + 0.75 * this.roundTrip.us));
    }
    return next;
  }

  /** Nobody wants them any more. Returns how many there were. [engine-thread] */
  abandon(): number {
    let count = 0;
    for (const index of this.queue) count += this.batches[index].count;
    this.counts.late += count;
    this.queue.length = 0;
    this.filling = -1;
    return count;
  }

  private finishAll(nowUs: number): void {
    if (this.queue.length > 0) this.finish(this.queue.length, nowUs);
  }

  /** The first so many of the queue, by the processor. */
  private finish(count: number, nowUs: number): void {
    for (let i = 0; i < count; i++) {
      const index = this.queue[0];
      this.queue.shift();
      if (index === this.filling) this.filling = -1;
      const batch = this.batches[index];
      this.counts.late += batch.count;
      this.deliver(batch, false, nowUs);
    }
  }

  private deliver(
    { packets, count, addresses, ports, receivedUs }: ParseBatch,
    good: boolean,
    nowUs: number,
  ): void {
    for (let i = 0; i < count; i++) {
      this.metrics.recordUs(HISTOGRAM.gpuPacketWait, nowUs - receivedUs[i]);
      this.taker(packets.turnTo(i, good), addresses[i], ports[i], receivedUs[i]);
    }
  }

  /** [engine-thread] */
  publish(metrics: MetricsSlab): void {
    const { counts } = this;
    metrics.setGlobal(GLOBAL.gpuPacketsAsked, counts.asked);
    metrics.setGlobal(GLOBAL.gpuPacketsUsed, counts.used);
    metrics.setGlobal(GLOBAL.gpuPacketsLate, counts.late);
    metrics.setGlobal(GLOBAL.gpuPacketsRefused, counts.refused);
    metrics.setGlobal(GLOBAL.gpuPacketsDirect, counts.direct);
    metrics.setGlobal(GLOBAL.gpuTextsUsed, counts.textsUsed);
    metrics.setGlobal(GLOBAL.gpuTextsHandedBack, counts.textsHandedBack);
    metrics.setGlobal(GLOBAL.gpuSeenAgreed, counts.seenAgreed);
    metrics.setGlobal(GLOBAL.gpuSeenDisputed, counts.seenDisputed);
    metrics.setGlobal(GLOBAL.gpuSeenHandedBack, counts.seenHandedBack);
    metrics.setGlobal(GLOBAL.bytesToBatch, this.bytesToBatch);
  }
}

/** What the smallest receive latency leaves over. */
function holdUs(slots: readonly EngineSlot[], sources: readonly RemoteSource[]): number {
  let leftUs = Number.POSITIVE_INFINITY;
  for (const { view } of slots) {
    if (!view.receives) continue;
    leftUs = Math.min(leftUs, view.latencyMs * 1000 - (view.blockFramesMax * 1e6) / view.sampleRate);
  }
  let latenessUs = MARGIN_US;
  for (const { audio, lateness } of sources) {
    if (audio !== null) latenessUs = Math.max(latenessUs, lateness.suggestedMs() * 1000);
  }
  return Math.min(HOLD_US_MAX, (leftUs - latenessUs) * HOLD_SHARE);
}
