// DISCOVERY every second and at once when it changes, SYNC every second, HEARTBEAT twice a second, TRANSPORT
// on change. All on stream 0, each type with its own sequence numbers.
import { PacketFields, writePacket } from '../toast/packet.js';
import { BODY_OFFSET, PACKET_TYPE, PAYLOAD_FORMAT } from '../toast/types.js';
import { BurstHistory } from './burst-history.js';
import type { PacketSink } from './packet-sink.js';
import type { SendIdentity } from './send-stream.js';

const ANNOUNCE_US = 1_000_000;
const HEARTBEAT_US = 500_000;
const COPIES_ON_CHANGE = 3;
const COPY_SPACING_US = 4_000;
const SYNC_BYTES = 8;

export class ControlSender {
  private readonly fields = new PacketFields();
  private readonly history: BurstHistory;
  private readonly sequences = new Uint32Array(16);
  private announcement: Uint8Array = new Uint8Array(0);
  private announceAtUs = 0;
  private copies = 1;
  private heartbeatAtUs = 0;

  constructor(
    private readonly sink: PacketSink,
    base: number,
    private readonly stride: number,
  ) {
    this.history = new BurstHistory(sink, base, stride);
  }

  /** A new announcement: sent at once, in several copies. */
  announce(body: Uint8Array): void {
    this.announcement = body;
    this.announceAtUs = 0;
    this.copies = COPIES_ON_CHANGE;
  }

  /** Sends what is due; returns when the next is. [engine-thread] */
  tick(identity: SendIdentity, nowUs: number): number {
    if (nowUs >= this.announceAtUs && this.announcement.length > 0) {
      this.send(identity, PACKET_TYPE.discovery, this.announcement, this.copies, nowUs);
      this.sendSync(identity, nowUs);
      this.copies = 1;
      this.announceAtUs = nowUs + ANNOUNCE_US;
    }
    if (nowUs >= this.heartbeatAtUs) {
      const sequence = this.sequences[PACKET_TYPE.heartbeat]++;
      this.write(identity, PACKET_TYPE.heartbeat, sequence, this.history.next(), 0, 1, nowUs);
      this.heartbeatAtUs = nowUs + HEARTBEAT_US;
    }
    const copy = this.history.sendDue(nowUs, COPY_SPACING_US);
    const announce = this.announcement.length > 0 ? this.announceAtUs : Number.POSITIVE_INFINITY;
    return Math.min(copy, announce, this.heartbeatAtUs);
  }

  /** Sends a text body at once, in `copies` copies; one too long for a datagram in fragments. [engine-thread] */
  send(identity: SendIdentity, type: number, body: Uint8Array, copies: number, nowUs: number): void {
    const { u8 } = this.sink.slab;
    const room = this.stride - BODY_OFFSET;
    const { fields } = this;
    fields.fragmentCount = Math.max(1, Math.ceil(body.length / room));
    const sequence = this.sequences[type]++;
    for (let fragment = 0; fragment < fields.fragmentCount; fragment++) {
      const start = fragment * room;
      const bytes = Math.min(room, body.length - start);
      const offset = this.history.next();
      for (let i = 0; i < bytes; i++) u8[offset + BODY_OFFSET + i] = body[start + i];
      fields.fragmentIndex = fragment;
      this.write(identity, type, sequence, offset, bytes, copies, nowUs);
    }
    fields.fragmentIndex = 0;
    fields.fragmentCount = 1;
  }

  /** The last words: the farewell in all its copies, now. */
  farewell(identity: SendIdentity, body: Uint8Array, nowUs: number): void {
    if (body.length > 0) this.send(identity, PACKET_TYPE.discovery, body, COPIES_ON_CHANGE, nowUs);
    this.history.sendDue(Number.POSITIVE_INFINITY, 0);
    this.sink.flush();
  }

  private sendSync(identity: SendIdentity, nowUs: number): void {
    const offset = this.history.next();
    const { view } = this.sink.slab;
    const whole = Math.floor(nowUs);
    view.setUint32(offset + BODY_OFFSET, whole % 0x1_0000_0000, true);
    view.setUint32(offset + BODY_OFFSET + 4, Math.floor(whole / 0x1_0000_0000), true);
    this.write(identity, PACKET_TYPE.sync, this.sequences[PACKET_TYPE.sync]++, offset, SYNC_BYTES, 1, nowUs);
  }

  private write(
    identity: SendIdentity,
    type: number,
    sequence: number,
    offset: number,
    bodyBytes: number,
    copies: number,
    nowUs: number,
  ): void {
    const { fields } = this;
    const textual = type === PACKET_TYPE.discovery || type === PACKET_TYPE.transport;
    fields.type = type;
    fields.format = textual ? PAYLOAD_FORMAT.json : PAYLOAD_FORMAT.binary;
    fields.senderIdLow = identity.senderIdLow;
    fields.senderIdHigh = identity.senderIdHigh;
    fields.sessionId = identity.sessionId;
    fields.streamId = 0;
    fields.sequence = sequence;
    fields.captureTimeUs = Math.floor(nowUs);
    fields.burstIndex = 0;
    fields.burstTotal = copies;
    fields.burstId = copies > 1 ? burstIdOf(sequence, type, fields.fragmentIndex) : 0;
    this.history.commit(writePacket(this.sink.slab, offset, fields, bodyBytes), copies, nowUs);
  }
}

/** Never 0, which would mean "no burst". */
function burstIdOf(sequence: number, type: number, fragment: number): number {
  return (Math.imul(sequence + 1, 0x9e37_79b1) ^ (type << 8) ^ (fragment << 16)) >>> 0 || 1;
}
