// What never arrived: the numbers left out when the sender's state record says that they are past, and what it says
// it has sent of messages without number.
import type { SequenceWindow } from '../dedup/sequence-window.js';
import { sequenceAdd, sequenceDistance } from '../toast/sequence.js';

/** A last chance for what is on its way. */
const WAIT_US = 2_000_000;
/** Streams number their packets from 0: who hears one of these was there from the beginning, a second ago or so. */
const FIRST_PACKETS = 1024;

export class MissingCount {
  /** Messages without number that arrived. */
  longArrived = 0;
  private longBefore = -1;
  private longMissing = 0;
  private joined = false;
  private begun = false;
  private countedTo = 0;
  private pendingTo = 0;
  private pendingSinceUs = -1;

  /** @param events the numbers of all events that arrived */
  constructor(private readonly events: SequenceWindow) {}

  /** The first packet of a stream: was it there from the beginning? [engine-thread] */
  join(sequence: number): void {
    if (this.joined) return;
    this.joined = true;
    if (sequence < FIRST_PACKETS) this.longBefore = 0;
  }

  /** The first event of a stream: who joined late misses nothing of what was before. [engine-thread] */
  begin(number: number): void {
    if (this.begun) return;
    this.begun = true;
    this.countedTo = sequenceAdd(number, -1);
  }

  /** A record tells of the newest event past repeating, and of messages without number. Returns those missing. */
  told(number: number, longSent: number, nowUs: number): number {
    this.begin(sequenceAdd(number, 1));
    if (this.pendingSinceUs < 0) {
      this.pendingSinceUs = nowUs;
      this.pendingTo = number;
    }
    if (this.longBefore < 0) this.longBefore = longSent;
    const missing = longSent - this.longBefore - this.longArrived - this.longMissing;
    if (missing <= 0) return 0;
    this.longMissing += missing;
    return missing;
  }

  /** Events found missing since the last call. [engine-thread] */
  due(nowUs: number): number {
    if (this.pendingSinceUs < 0 || nowUs - this.pendingSinceUs < WAIT_US) return 0;
    this.pendingSinceUs = -1;
    let missing = 0;
    const numbers = Math.min(sequenceDistance(this.pendingTo, this.countedTo), this.events.size);
    for (let back = 0; back < numbers; back++) {
      if (!this.events.has(sequenceAdd(this.pendingTo, -back))) missing++;
    }
    if (numbers > 0) this.countedTo = this.pendingTo;
    return missing;
  }
}
