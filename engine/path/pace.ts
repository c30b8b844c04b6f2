// When the packets leave that are owed to a block besides its own: evenly over the time until the next one.

/** Of the time until the next block; the rest is for ticks that come late. */
const SHARE = 0.75;
/** Longer, and what they restore would be late. */
const SPREAD_US_MAX = 2500;
/** Streams of one engine leave together: a tick each would cost more than the packets. */
const GRID_US = 250;

export class Pace {
  private stepUs = 0;
  private atUs = 0;

  /** About so many packets are to leave before the next block. [engine-thread] */
  begin(packets: number, blockUs: number, nowUs: number): void {
    this.atUs = nowUs;
    this.stepUs = Math.min(SHARE * blockUs, SPREAD_US_MAX) / Math.max(1, packets);
  }

  /** When the next of them leaves. [engine-thread] */
  next(): number {
    this.atUs += this.stepUs;
    return Math.ceil(this.atUs / GRID_US) * GRID_US;
  }
}
