// One way through the relay:  from.wait() -> identify -> decide -> delay queue -> to.send()
import { PACKET_TYPE } from '../toast/types.js';
import { flipBits } from './corruption.js';
import type { DelayQueue } from './delay-queue.js';
import { Fate, type FateSource, PacketIdentity } from './fate.js';
import { identify } from './packet-identity.js';

/** What the relay needs of a bridge Network; a test may stand in for one. */
export interface RelayPort {
  readonly receiveSlab: ArrayBuffer;
  readonly receiveMeta: Int32Array;
  readonly sendMeta: Int32Array;
  wait(publishSeen: number, spinUs: number, timeoutUs: number): number;
  send(count: number): number;
}

/** `cut` are those of the dropped ones that came while nothing passed. */
export const RELAY_COLUMNS = [
  'seen',
  'dropped',
  'duplicated',
  'reordered',
  'delayed',
  'forwarded',
  'corrupted',
  'cut',
] as const;
export type RelayColumn = (typeof RELAY_COLUMNS)[number];

const TYPES = 16; // type numbers above are counted as 15
const SEEN = 0;
const DROPPED = 1;
const DUPLICATED = 2;
const REORDERED = 3;
const DELAYED = 4;
const FORWARDED = 5;
const CORRUPTED = 6;
const CUT = 7;

export class RelayDirection {
  /** Packets that found the delay queue full. */
  noRoom = 0;
  /** Datagrams longer than a place of the receive slab. */
  truncated = 0;
  /** Datagrams the kernel would not take. */
  sendErrors = 0;
  receiveErrors = 0;
  /** What this relay itself put on this side and heard again (loopback only). */
  echoes = 0;
  /** Falls by half each pass: how busy this way is. */
  activity = 0;
  private readonly counts = new Float64Array(TYPES * RELAY_COLUMNS.length);
  private readonly identity = new PacketIdentity();
  private readonly fate = new Fate();
  private readonly receiveView: DataView;
  private readonly receiveBytes: Uint8Array;
  private readonly stride: number;
  private readonly sendPlaces: Int32Array;
  private strangers = 0;
  private ownAddress = 0;
  private ownPort = -1;

  /** `queue.slab` must be the slab that `to` sends from. */
  constructor(
    private readonly number: number,
    private readonly from: RelayPort,
    private readonly to: RelayPort,
    private readonly queue: DelayQueue,
    private readonly fates: FateSource,
    /** Of the clock that receive() is given. */
    private readonly startUs: number,
  ) {
    this.receiveView = new DataView(from.receiveSlab);
    this.receiveBytes = new Uint8Array(from.receiveSlab);
    this.stride = from.receiveSlab.byteLength / (from.receiveMeta.length / 4);
    this.sendPlaces = new Int32Array(to.sendMeta.length / 2);
  }

  get nextDueUs(): number {
    return this.queue.nextDueUs;
  }

  count(type: number, column: RelayColumn): number {
    return this.counts[Math.min(type, TYPES - 1) * RELAY_COLUMNS.length + RELAY_COLUMNS.indexOf(column)];
  }

  /** The source under which the relay's own datagrams come back on the `from` side. */
  ignoreSource(address: number, port: number): void {
    this.ownAddress = address;
    this.ownPort = port;
  }

  /** Takes what has arrived, waiting at most timeoutUs for something to arrive. */
  receive(timeoutUs: number, nowUs: () => number): void {
    const received = this.from.wait(0, 0, timeoutUs);
    this.activity = this.activity / 2 + Math.max(0, received);
    if (received < 0) this.receiveErrors++;
    const arrivedUs = nowUs();
    for (let i = 0; i < received; i++) this.take(i, arrivedUs);
  }

  /** Sends what is due. */
  forward(nowUs: number): void {
    const { queue, sendPlaces } = this;
    const { sendMeta } = this.to;
    for (;;) {
      let count = 0;
      while (count < sendPlaces.length) {
        const place = queue.popDue(nowUs);
        if (place < 0) break;
        sendPlaces[count] = place;
        sendMeta[2 * count] = place * queue.stride;
        sendMeta[2 * count + 1] = queue.lengthOf(place);
        count++;
      }
      if (count === 0) return;
      this.sendErrors += count - Math.max(0, this.to.send(count));
      for (let i = 0; i < count; i++) queue.free(sendPlaces[i]);
    }
  }

  private take(index: number, arrivedUs: number): void {
    const meta = this.from.receiveMeta;
    const length = meta[4 * index];
    if (meta[4 * index + 2] === this.ownPort && meta[4 * index + 1] === this.ownAddress) {
      this.echoes++;
      return;
    }
    if (length < 0) {
      this.truncated++;
      return;
    }
    const { identity, fate } = this;
    const offset = index * this.stride;
    if (!identify(this.receiveView, offset, length, this.strangers, identity)) this.strangers++;
    this.fates.decide(this.number, identity, fate, arrivedUs - this.startUs);
    const row = Math.min(identity.type, TYPES - 1) * RELAY_COLUMNS.length;
    this.counts[row + SEEN]++;
    if (fate.lost) this.counts[row + DROPPED]++;
    if (fate.copies === 2) this.counts[row + DUPLICATED]++;
    if (fate.cut) this.counts[row + CUT]++;
    if (fate.flippedBits > 0) this.counts[row + CORRUPTED]++;
    if (fate.reordered) this.counts[row + REORDERED]++;
    if (fate.delayUs > 0) this.counts[row + DELAYED]++;
    for (let copy = 0; copy < fate.copies; copy++) {
      const dueUs = arrivedUs + (copy === 0 ? fate.delayUs : fate.secondDelayUs);
      const place = this.queue.push(this.receiveBytes, offset, length, dueUs);
      if (place < 0) {
        this.noRoom++;
        continue;
      }
      this.counts[row + FORWARDED]++;
      if (copy > 0 || fate.flippedBits === 0) continue;
      flipBits(this.queue.bytes, place * this.queue.stride, length, fate.flipSeed, fate.flippedBits);
    }
  }
}

/** A short name for each row of the counts. */
export function typeName(type: number): string {
  const known = Object.entries(PACKET_TYPE).find(([, value]) => value === type);
  if (known !== undefined) return known[0];
  return type === 0 ? 'notToast' : 'unknown';
}

export const RELAY_TYPES = TYPES;
