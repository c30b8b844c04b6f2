// DISCOVERY, TRANSPORT, SYNC and HEARTBEAT packets. Texts are handed to the control thread, and only when
// they bring news: a session at rest costs no allocation.
import { CONTROL_TEXTS_PER_SECOND_MAX } from '../base/limits.js';
import { GLOBAL, type MetricsSlab, PEER, REJECT } from '../base/metrics-slab.js';
import { SEEN } from '../dedup/sequence-window.js';
import { FRAGMENT, type FragmentAssembler } from '../midi/fragment-assembler.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import { crc16 } from '../toast/crc16.js';
import type { PacketFields } from '../toast/packet.js';
import { join32 } from '../toast/sequence.js';
import { PACKET_TYPE } from '../toast/types.js';
import type { Peer } from './peer-table.js';

export interface ControlSink {
  discovery(senderIdLow: number, senderIdHigh: number, address: number, body: Uint8Array): void;
  transport(senderIdLow: number, senderIdHigh: number, body: Uint8Array): void;
}

const TEXT_BYTES_MAX = 32 * 1024;
const TEXT_FRAGMENTS_MAX = 64;
const SYNC_BYTES = 8;

export class ReceiveControl {
  private secondStartUs = 0;
  private textsThisSecond = 0;

  constructor(
    private readonly metrics: MetricsSlab,
    private readonly sink: ControlSink,
    private readonly fragments: FragmentAssembler,
  ) {}

  /** Returns a reject reason. [engine-thread] */
  accept(fields: PacketFields, slab: ByteSlab, peer: Peer, address: number, nowUs: number): number {
    switch (fields.type) {
      case PACKET_TYPE.heartbeat:
        return REJECT.accepted;
      case PACKET_TYPE.sync:
        return this.sync(fields, slab, peer, nowUs);
      case PACKET_TYPE.discovery:
      case PACKET_TYPE.transport:
        return this.text(fields, slab, peer, address, nowUs);
      default:
        return REJECT.unsupported;
    }
  }

  /** Keeps the least delayed observation: the offset includes the shortest way, never a queue. */
  private sync(fields: PacketFields, slab: ByteSlab, peer: Peer, nowUs: number): number {
    if (fields.bodyBytes !== SYNC_BYTES || fields.fragmentCount !== 1) return REJECT.badPayload;
    if (peer.control[fields.type].admit(fields.sequence) !== SEEN.first) return REJECT.accepted;
    const low = slab.view.getUint32(fields.bodyOffset, true);
    const high = slab.view.getUint32(fields.bodyOffset + 4, true);
    const offset = join32(low, high) - nowUs;
    if (!Number.isSafeInteger(Math.round(offset))) return REJECT.badPayload;
    const cell = peer.row + PEER.clockOffsetUs;
    const { cells } = this.metrics;
    cells[cell] = cells[cell] === 0 ? offset : Math.max(offset, cells[cell]);
    return REJECT.accepted;
  }

  private text(fields: PacketFields, slab: ByteSlab, peer: Peer, address: number, nowUs: number): number {
    const window = peer.control[fields.type];
    const copied = fields.hasExtension && window.has(fields.sequence);
    if (copied) return REJECT.accepted;
    let { u8 } = slab;
    let start = fields.bodyOffset;
    let bytes = fields.bodyBytes;
    if (fields.fragmentCount > 1) {
      if (fields.fragmentCount > TEXT_FRAGMENTS_MAX) return REJECT.badFragment;
      const { sequence, fragmentIndex, fragmentCount } = fields;
      const state = this.fragments.accept(peer.row, sequence, fragmentIndex, fragmentCount, u8, start, bytes);
      if (state !== FRAGMENT.complete) return state === FRAGMENT.bad ? REJECT.badFragment : REJECT.accepted;
      u8 = this.fragments.body;
      start = 0;
      bytes = this.fragments.bodyBytes;
    }
    if (bytes === 0 || bytes > TEXT_BYTES_MAX) return REJECT.badPayload;
    if (fields.hasExtension) window.admit(fields.sequence);
    const isDiscovery = fields.type === PACKET_TYPE.discovery;
    if (isDiscovery) {
      const digest = crc16(u8, start, start + bytes) | (bytes << 16);
      if (digest === peer.discoveryDigest) return REJECT.accepted;
      peer.discoveryDigest = digest;
    }
    if (this.isOverRate(nowUs)) {
      this.metrics.addGlobal(GLOBAL.discoveryDropped, 1);
      peer.discoveryDigest = -1;
      return REJECT.accepted;
    }
    const body = u8.slice(start, start + bytes);
    if (isDiscovery) this.sink.discovery(fields.senderIdLow, fields.senderIdHigh, address, body);
    else this.sink.transport(fields.senderIdLow, fields.senderIdHigh, body);
    return REJECT.accepted;
  }

  private isOverRate(nowUs: number): boolean {
    if (nowUs - this.secondStartUs >= 1e6) {
      this.secondStartUs = nowUs;
      this.textsThisSecond = 0;
    }
    return ++this.textsThisSecond > CONTROL_TEXTS_PER_SECOND_MAX;
  }
}
