// Redundancy `burst`: the last packets of one stream, kept so that further copies can follow at a distance
// in time. A loss burst that takes one copy should not take them all, and no copy may delay a first one:
// copies leave when they are due, after the tick's new packets.

import { HISTORY_PACKETS } from '../base/limits.js';
import { rewriteBurstIndex } from '../toast/packet.js';
import type { PacketSink } from './packet-sink.js';

export class BurstHistory {
  private readonly length = new Int32Array(HISTORY_PACKETS);
  private readonly copies = new Uint8Array(HISTORY_PACKETS);
  private readonly copiesSent = new Uint8Array(HISTORY_PACKETS);
  private readonly sentUs = new Float64Array(HISTORY_PACKETS);
  private readonly generation = new Float64Array(HISTORY_PACKETS).fill(-1);
  private head = 0;
  /** Packets, oldest first, that may still owe copies begin here. */
  private tail = 0;
  /** Datagrams handed to the sink, copies included. */
  datagrams = 0;

  /** @param base place of this stream's packets in the sink's slab; @param stride bytes a packet */
  constructor(
    private readonly sink: PacketSink,
    private readonly base: number,
    private readonly stride: number,
  ) {}

  /** Place for the next packet. An old packet that still owes copies pays them now. [engine-thread] */
  next(): number {
    const index = this.head % HISTORY_PACKETS;
    if (this.head - this.tail >= HISTORY_PACKETS) {
      while (this.copiesSent[index] < this.copies[index]) this.sendCopy(index);
      this.tail = this.head - HISTORY_PACKETS + 1;
    }
    if (this.generation[index] === this.sink.generation) this.sink.flush();
    return this.base + index * this.stride;
  }

  /** The packet written at next() goes out; `copies` counts the first one. [engine-thread] */
  commit(length: number, copies: number, nowUs: number): void {
    const index = this.head % HISTORY_PACKETS;
    this.length[index] = length;
    this.copies[index] = copies;
    this.copiesSent[index] = 1;
    this.sentUs[index] = nowUs;
    this.head++;
    this.stage(index);
  }

  /** The packet written at next() goes out once, when it is due. [engine-thread] */
  commitLater(length: number, dueUs: number): void {
    const index = this.head % HISTORY_PACKETS;
    this.length[index] = length;
    this.copies[index] = 1;
    this.copiesSent[index] = 0;
    this.sentUs[index] = dueUs;
    this.head++;
  }

  /** Sends the copies that are due; returns when the next one is, Infinity when none is owed. [engine-thread] */
  sendDue(nowUs: number, spacingUs: number): number {
    let next = Number.POSITIVE_INFINITY;
    let settled = true;
    for (let position = this.tail; position < this.head; position++) {
      const index = position % HISTORY_PACKETS;
      while (this.copiesSent[index] < this.copies[index]) {
        const dueUs = this.sentUs[index] + this.copiesSent[index] * spacingUs;
        if (dueUs > nowUs) {
          next = Math.min(next, dueUs);
          break;
        }
        this.sendCopy(index);
      }
      if (settled && this.copiesSent[index] >= this.copies[index]) this.tail = position + 1;
      else settled = false;
    }
    return next;
  }

  private sendCopy(index: number): void {
    // The batch refers to the packet's bytes: a copy staged before must have left them.
    if (this.generation[index] === this.sink.generation) this.sink.flush();
    const offset = this.base + index * this.stride;
    rewriteBurstIndex(this.sink.slab, offset, this.length[index], this.copiesSent[index]);
    this.copiesSent[index]++;
    this.stage(index);
  }

  private stage(index: number): void {
    this.generation[index] = this.sink.generation;
    this.datagrams++;
    this.sink.stage(this.base + index * this.stride, this.length[index]);
  }
}
