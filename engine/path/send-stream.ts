// What the packets of one sent stream share: identity, sequence numbers, history, counters.
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import { PacketFields, writePacket } from '../toast/packet.js';
import { PACKET_TYPE, RATES_HZ } from '../toast/types.js';
import { BurstHistory } from './burst-history.js';
import type { PacketSink } from './packet-sink.js';
import type { SlotView } from './slot-view.js';

/** Told of every first copy, so that slots of this engine hear each other. */
export type PacketListener = (
  slab: ByteSlab,
  offset: number,
  length: number,
  slot: number,
  nowUs: number,
) => void;

export interface SendIdentity {
  readonly senderIdLow: number;
  readonly senderIdHigh: number;
  readonly sessionId: number;
}

export class SendStream {
  readonly fields = new PacketFields();
  readonly history: BurstHistory;
  private nextSequence = 0;

  constructor(
    private readonly sink: PacketSink,
    base: number,
    stride: number,
    private readonly slot: number,
    type: number,
    private readonly metrics: MetricsSlab,
    readonly row: number,
    private readonly listener: PacketListener,
  ) {
    this.history = new BurstHistory(sink, base, stride);
    this.fields.type = type;
  }

  get slab(): ByteSlab {
    return this.sink.slab;
  }

  /** A new epoch begins: sequence numbers start over. [engine-thread] */
  begin(identity: SendIdentity, view: SlotView, epoch: number, format: number): void {
    const { fields } = this;
    fields.senderIdLow = identity.senderIdLow;
    fields.senderIdHigh = identity.senderIdHigh;
    fields.sessionId = identity.sessionId;
    fields.streamId = view.channel;
    fields.epoch = epoch;
    fields.format = format;
    fields.blockFramesLog2 = Math.min(15, Math.max(1, Math.ceil(Math.log2(view.blockFramesMax))));
    fields.rateCode = Math.max(0, (RATES_HZ as readonly number[]).indexOf(view.sampleRate));
    this.nextSequence = 0;
  }

  /** Frames the body that lies at the place given by `history.next()` and sends it. [engine-thread] */
  send(offset: number, bodyBytes: number, copies: number, nowUs: number): void {
    this.fields.burstIndex = 0;
    this.fields.burstTotal = copies;
    // Slots of this engine lose nothing: they need no repair packets.
    this.frame(offset, bodyBytes, copies, this.fields.type !== PACKET_TYPE.repair, nowUs);
  }

  /**
   * The same for one copy of a burst whose others are sent one by one as well.
   * @param heard slots of this engine hear it: not what they got before, nor what only serves recovery [engine-thread]
   */
  sendCopy(
    offset: number,
    bodyBytes: number,
    copy: number,
    copies: number,
    heard: boolean,
    nowUs: number,
  ): void {
    this.fields.burstIndex = copy;
    this.fields.burstTotal = copies;
    this.frame(offset, bodyBytes, 1, heard, nowUs);
  }

  private frame(offset: number, bodyBytes: number, copies: number, heard: boolean, nowUs: number): void {
    const { fields } = this;
    fields.burstId =
      fields.burstTotal > 1 ? burstIdOf(fields.epoch, fields.sequence, fields.fragmentIndex) : 0;
    const length = writePacket(this.sink.slab, offset, fields, bodyBytes);
    const before = this.history.datagrams;
    this.history.commit(length, copies, nowUs);
    if (fields.type !== PACKET_TYPE.repair) this.metrics.cells[this.row + STREAM.packetized]++;
    this.metrics.cells[this.row + STREAM.sent] += this.history.datagrams - before;
    this.metrics.cells[this.row + STREAM.lastPacketUs] = nowUs;
    if (heard) this.listener(this.sink.slab, offset, length, this.slot, nowUs);
  }

  /** The same for one copy that leaves when it is due, so that it delays nothing of more worth. [engine-thread] */
  sendLater(offset: number, bodyBytes: number, dueUs: number): void {
    const { fields } = this;
    fields.burstIndex = 0;
    fields.burstTotal = 1;
    fields.burstId = 0;
    this.history.commitLater(writePacket(this.sink.slab, offset, fields, bodyBytes), dueUs);
    if (fields.type !== PACKET_TYPE.repair) this.metrics.cells[this.row + STREAM.packetized]++;
  }

  /** Gives the packet in the making its number and place in time; fragments of one payload share both. */
  number(mediaTime: number, captureTimeUs: number): void {
    const { fields } = this;
    fields.sequence = this.nextSequence;
    this.nextSequence = (this.nextSequence + 1) >>> 0;
    fields.fragmentIndex = 0;
    fields.fragmentCount = 1;
    fields.mediaTime = mediaTime;
    fields.captureTimeUs = Math.max(0, Math.round(captureTimeUs));
  }

  /** Copies that are due; returns when the next one is. [engine-thread] */
  sendDue(nowUs: number, spacingUs: number): number {
    const before = this.history.datagrams;
    const next = this.history.sendDue(nowUs, spacingUs);
    this.metrics.cells[this.row + STREAM.sent] += this.history.datagrams - before;
    return next;
  }
}

/** Never 0, which would mean "no burst". */
function burstIdOf(epoch: number, sequence: number, fragment: number): number {
  return (Math.imul(epoch ^ (fragment << 20), 0x85eb_ca6b) ^ Math.imul(sequence + 1, 0x9e37_79b1)) >>> 0 || 1;
}
