// Where the decoder is in the stream: the last `span` sequence numbers, each with a place in the system, and
// which of them were recovered but not yet handed out. Sequence numbers wrap; `span` divides 2^32.
//
// Only source packets say where the stream is. A repair packet may lead by `reach` packets: after a loss burst
// it is the first to speak of what was lost, but forged ones can't draw the window away from the stream.

import type { RowSystem } from './row-system.js';

export class DecoderWindow {
  started = false;
  /** Packets recovered and not yet handed out. */
  freshCount = 0;
  private newest = 0;
  private newestSource = 0;
  private staleRun = 0;
  private readonly mask: number;
  private readonly fresh: Uint8Array;

  constructor(
    private readonly system: RowSystem,
    private readonly reach: number,
  ) {
    this.mask = system.span - 1;
    this.fresh = new Uint8Array(system.span);
  }

  reset(): void {
    this.started = false;
    this.staleRun = 0;
    this.clear();
  }

  /** A source packet with this number came. False: it is older than the window. */
  admitSource(sequence: number): boolean {
    if (!this.started) this.startAt(sequence);
    if (((this.newest - sequence) | 0) >= this.system.span) {
      // The stream can't go on so long in the past: it began anew without a word.
      if (++this.staleRun < this.system.span) return false;
      this.startAt(sequence);
    }
    this.staleRun = 0;
    if (((sequence - this.newestSource) | 0) > 0) this.newestSource = sequence;
    this.slideTo(sequence);
    return true;
  }

  /** A repair packet speaks of `count` packets from `first` on. False: out of reach. */
  admitRepair(first: number, count: number): boolean {
    const last = first + count - 1;
    if (!this.started || ((last - this.newestSource) | 0) > this.reach) return false;
    if (((this.newest - first) | 0) >= this.system.span) return false;
    this.slideTo(last);
    return true;
  }

  /** Has the packet with this number a place? */
  holds(sequence: number): boolean {
    const age = (this.newest - sequence) | 0;
    return this.started && age >= 0 && age < this.system.span;
  }

  /** The packet at `place` was recovered. */
  markFresh(place: number): void {
    this.fresh[place] = 1;
    this.freshCount++;
  }

  /** The place of the oldest packet that is recovered and not handed out; there must be one. */
  takeFresh(): number {
    let place = (this.newest + 1) & this.mask;
    while (this.fresh[place] === 0) place = (place + 1) & this.mask;
    this.fresh[place] = 0;
    this.freshCount--;
    return place;
  }

  placeOf(sequence: number): number {
    return sequence & this.mask;
  }

  sequenceAt(place: number): number {
    return (this.newest - ((this.newest - place) & this.mask)) >>> 0;
  }

  private startAt(sequence: number): void {
    this.clear();
    this.started = true;
    this.newest = sequence;
    this.newestSource = sequence;
    this.system.newest = sequence & this.mask;
  }

  private clear(): void {
    this.system.reset();
    this.fresh.fill(0);
    this.freshCount = 0;
  }

  private slideTo(sequence: number): void {
    const steps = (sequence - this.newest) | 0;
    if (steps <= 0) return;
    this.newest = sequence | 0;
    if (steps >= this.system.span) {
      this.clear();
      this.system.newest = sequence & this.mask;
      return;
    }
    for (let step = 0; step < steps; step++) {
      this.system.advance();
      const place = this.system.newest;
      if (this.fresh[place] === 0) continue;
      this.fresh[place] = 0;
      this.freshCount--;
    }
  }
}
