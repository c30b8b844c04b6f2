// The way in, in the order of the data: verify -> filter -> peer -> dedup -> jitter buffer or MIDI -> playout.
// One datagram at a time, nothing thrown, nothing allocated unless a peer or a stream begins.

import { HISTOGRAM, type MetricsSlab, REJECT } from '../base/metrics-slab.js';
import type { Pipeline } from '../gpu/pipeline/pipeline.js';
import { ConcealerPool } from '../repair/concealer-pool.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import { isSentBy, PacketFields } from '../toast/packet.js';
import { type PacketVerdicts, ProcessorVerdicts } from '../toast/packet-verdicts.js';
import { PACKET_TYPE } from '../toast/types.js';
import { identifyBasePeer } from './base-peer.js';
import { type Peer, PeerTable } from './peer-table.js';
import { ReceiveAudio } from './receive-audio.js';
import { type ControlSink, ReceiveControl } from './receive-control.js';
import { ReceiveMidi } from './receive-midi.js';
import type { SlotTable } from './slot-table.js';
import { SourceTable } from './source-table.js';
import type { SongPlace } from './timeline-lock.js';

const ARRIVALS_MAX = 256;
const BLOCK_US_MAX = 5000;

export interface ReceiveLimits {
  readonly streamsMax: number;
  readonly peersMax: number;
  readonly packetsPerSecondMax: number;
  /** Of the shortest block that waits for it: so much may be spent on concealment in one tick. */
  readonly concealmentShareOfBlock: number;
  /** Of a core, in the long run, for one stream that begins. */
  readonly concealmentShareOfCore: number;
}

export class ReceivePath {
  readonly peers: PeerTable;
  readonly sources: SourceTable;
  private gpu: Pipeline | null = null;
  private readonly processor = new ProcessorVerdicts();
  private readonly concealers = new ConcealerPool();
  private readonly fields = new PacketFields();
  private readonly audio: ReceiveAudio;
  private readonly midi: ReceiveMidi;
  private readonly control: ReceiveControl;
  private readonly arrivalCaptureUs = new Float64Array(ARRIVALS_MAX);
  private readonly arrivalUs = new Float64Array(ARRIVALS_MAX);
  private arrivals = 0;

  constructor(
    private readonly slots: SlotTable,
    private readonly metrics: MetricsSlab,
    private readonly senderIdLow: number,
    private readonly senderIdHigh: number,
    public sessionId: number,
    public limits: ReceiveLimits,
    ringFrames: number,
    sink: ControlSink,
  ) {
    this.peers = new PeerTable(metrics, limits.peersMax);
    this.sources = new SourceTable(metrics, ringFrames, limits.streamsMax, this.concealers);
    this.concealers.budget.streamShare = limits.concealmentShareOfCore;
    this.audio = new ReceiveAudio(slots, this.sources, metrics, () => this.pipeline?.has('recover') ?? false);
    this.midi = new ReceiveMidi(slots, this.sources, metrics);
    this.control = new ReceiveControl(metrics, sink, this.midi.fragments);
  }

  /** What is done by the GPU; null: nothing. */
  get pipeline(): Pipeline | null {
    return this.gpu;
  }
  set pipeline(pipeline: Pipeline | null) {
    this.gpu = pipeline;
    if (pipeline !== null) pipeline.parse.taker = this.take;
  }

  setLimits(limits: ReceiveLimits): void {
    this.limits = limits;
    this.peers.peersMax = limits.peersMax;
    this.sources.streamsMax = limits.streamsMax;
    this.concealers.budget.streamShare = limits.concealmentShareOfCore;
  }

  /** One datagram from the network; `length` < 0 when it was truncated. [engine-thread] */
  accept(slab: ByteSlab, offset: number, length: number, address: number, port: number, nowUs: number): void {
    // Everything that this engine sends comes back to it: no checksum for that.
    if (isSentBy(slab, offset, length, this.senderIdLow, this.senderIdHigh)) {
      this.metrics.countReject(REJECT.self);
      return;
    }
    if (this.gpu?.parse.offer(slab, offset, length, address, port, nowUs)) return;
    this.take(this.processor.turnTo(slab, offset, length), address, port, nowUs);
  }

  /** A packet that came at `nowUs`, whoever reads it. [engine-thread] */
  private readonly take = (packet: PacketVerdicts, address: number, port: number, nowUs: number): void => {
    const { fields } = this;
    let reason = packet.read(fields);
    if (reason === REJECT.accepted) reason = this.filter(address, port);
    if (reason !== REJECT.accepted) {
      this.metrics.countReject(reason);
      return;
    }
    const peer = this.peers.see(fields, address, port, nowUs);
    if (peer === null) {
      this.metrics.countReject(REJECT.peerLimit);
      return;
    }
    if (this.isOverRate(peer, nowUs)) {
      this.metrics.countReject(REJECT.rateLimit);
      return;
    }
    this.metrics.countReject(this.dispatch(packet, address, peer, nowUs));
  };

  /** What waits has become stale. [engine-thread] */
  dropWaiting(): void {
    const count = this.gpu?.parse.abandon() ?? 0;
    for (let i = 0; i < count; i++) this.metrics.countReject(REJECT.stale);
  }

  /** When there may be something to do again. [engine-thread] */
  nextUs(nowUs: number): number {
    return this.gpu?.parse.nextUs(nowUs) ?? Number.POSITIVE_INFINITY;
  }

  /** A packet that a slot of this engine sends, for the other slots; heard without the network. [engine-thread] */
  acceptLocal(slab: ByteSlab, offset: number, length: number, slot: number, nowUs: number): void {
    const packet = this.processor.turnTo(slab, offset, length);
    if (packet.read(this.fields) !== REJECT.accepted) return;
    this.media(packet, slot, nowUs);
  }

  /** Writes what is due into the slots' playout rings. [engine-thread] */
  render(nowUs: number): void {
    this.audio.beginTick();
    this.concealers.budget.beginTick();
    this.pipeline?.begin(nowUs);
    this.audio.takeSolved(nowUs);
    for (const slot of this.slots.live) if (slot.playout.running) slot.playout.render(slot, nowUs);
    this.pipeline?.end(this.slots.live, this.sources.all, nowUs);
  }

  /** After render(): how long the packets of this tick took. */
  recordArrivals(nowUs: number): void {
    for (let i = 0; i < this.arrivals; i++) {
      this.metrics.recordUs(HISTOGRAM.receiveToPlayout, nowUs - this.arrivalUs[i]);
      const sinceCaptureUs = nowUs - this.arrivalCaptureUs[i];
      // Meaningful only where sender and receiver share a clock; other clocks are far off.
      if (sinceCaptureUs >= 0 && sinceCaptureUs < 10e6) {
        this.metrics.recordUs(HISTOGRAM.captureToPlayout, sinceCaptureUs);
      }
    }
    this.arrivals = 0;
  }

  /** Every now and then: who is silent goes, notes are released, plugins are told. [engine-thread] */
  houseKeeping(nowUs: number): void {
    this.midi.releaseSilent(this.peers, nowUs);
    this.peers.reap(nowUs, (peer) => this.sources.endAllOf(peer.senderIdLow, peer.senderIdHigh));
    this.sources.reap(nowUs, (source) => {
      this.midi.release(source);
      for (const slot of this.slots.live) slot.dropTap(source);
    });
    for (const slot of this.slots.live) slot.publish(this.peers.all.length);
    this.audio.publishLevels();
    this.pipeline?.publish();
    this.concealers.budget.setTick(this.limits.concealmentShareOfBlock * this.shortestBlockUs());
  }

  /** The announcement of a peer: what it no longer sends has ended. */
  announced(
    low: number,
    high: number,
    leaving: boolean,
    sends: (channel: number, epoch: number) => boolean,
  ): void {
    for (const source of this.sources.all) {
      if (source.senderIdLow !== low || source.senderIdHigh !== high || source.baseOnly) continue;
      if (!leaving && sends(source.channel, source.epoch)) continue;
      this.sources.end(source);
      this.midi.release(source);
    }
    if (leaving) this.peers.remove(low, high);
  }

  /** Where a sender's song is, by its own word. */
  songPlace(low: number, high: number, channel: number, epoch: number, place: SongPlace): void {
    for (const source of this.sources.all) if (source.is(low, high, channel, epoch)) source.song = place;
  }

  /** A slot of this engine began anew or is gone: what came from it has ended. */
  endLocal(slot: number, epoch: number): void {
    for (const source of this.sources.all) {
      if (source.originSlot !== slot || source.epoch === epoch) continue;
      this.sources.end(source);
      this.midi.release(source);
    }
  }

  /** Of those that wait for playout. */
  private shortestBlockUs(): number {
    let shortest = BLOCK_US_MAX;
    for (const { view } of this.slots.live) {
      if (view.receives) shortest = Math.min(shortest, (view.blockFramesMax * 1e6) / view.sampleRate);
    }
    return shortest;
  }

  private filter(address: number, port: number): number {
    const { fields } = this;
    if (!fields.hasExtension) identifyBasePeer(fields, address, port);
    const acrossSessions = fields.sessionId === 0 && fields.type === PACKET_TYPE.discovery;
    if (fields.sessionId !== this.sessionId && !acrossSessions) return REJECT.otherSession;
    if (fields.sealed) return REJECT.unsupported;
    return REJECT.accepted;
  }

  private isOverRate(peer: Peer, nowUs: number): boolean {
    if (nowUs - peer.secondStartUs >= 1e6) {
      peer.secondStartUs = nowUs;
      peer.packetsThisSecond = 0;
    }
    return ++peer.packetsThisSecond > this.limits.packetsPerSecondMax;
  }

  private dispatch(packet: PacketVerdicts, address: number, peer: Peer, nowUs: number): number {
    const { fields } = this;
    if (fields.type === PACKET_TYPE.audio || fields.type === PACKET_TYPE.midi) {
      const reason = this.media(packet, -1, nowUs);
      const sinceCaptureUs = nowUs - fields.captureTimeUs;
      if (reason === REJECT.accepted && sinceCaptureUs >= 0 && sinceCaptureUs < 10e6) {
        this.metrics.recordUs(HISTOGRAM.captureToReceive, sinceCaptureUs);
      }
      return reason;
    }
    if (fields.type === PACKET_TYPE.repair) {
      if (!fields.hasExtension) return REJECT.unsupported;
      const source = this.sources.find(fields, fields.streamId, -1);
      return this.audio.acceptRepair(source, fields, packet.slab, nowUs);
    }
    return this.control.accept(fields, packet.slab, peer, address, nowUs);
  }

  private media(packet: PacketVerdicts, originSlot: number, nowUs: number): number {
    const { fields } = this;
    const source = this.sources.find(fields, fields.streamId, originSlot);
    if (fields.type === PACKET_TYPE.midi) return this.midi.accept(source, fields, packet, nowUs);
    const reason = this.audio.accept(source, fields, packet, nowUs);
    if (this.audio.playable && this.arrivals < ARRIVALS_MAX) {
      this.arrivalUs[this.arrivals] = nowUs;
      this.arrivalCaptureUs[this.arrivals] = fields.captureTimeUs;
      this.arrivals++;
    }
    return reason;
  }
}
