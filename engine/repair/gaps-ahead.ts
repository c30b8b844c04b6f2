// Gaps whose estimate is made ahead of its time, somewhere else: what was asked for and what has come back. One for
// each stream; all memory is allocated when the stream begins.

export const AHEAD = {
  free: 0,
  /** Asked for. */
  waiting: 1,
  /** The frames lie in the ring, at their place, not marked as held. */
  filled: 2,
} as const;

const GAPS_MAX = 8;

export class GapAhead {
  state: number = AHEAD.free;
  start = 0;
  end = 0;
  /** Another gap before it whose estimate it goes on from; -1: it has none. */
  leansOn = -1;
  /** Tells a result that was asked for from one that nobody waits for any more. */
  ticket = 0;
  /** Of each channel: what an estimate may reach. */
  readonly limits: Float64Array;

  constructor(channels: number) {
    this.limits = new Float64Array(channels);
  }

  release(): void {
    this.state = AHEAD.free;
    this.ticket++;
  }
}

/** What became of what was asked for, of all streams. */
export class AheadCounts {
  asked = 0;
  used = 0;
  /** Due before their estimate was there. */
  late = 0;
  /** Closed by a packet meanwhile, or changed. */
  needless = 0;
  /** The estimate was no good, or was never made. */
  refused = 0;
}

export class GapsAhead {
  readonly gaps: readonly GapAhead[];

  constructor(
    channels: number,
    readonly counts: AheadCounts,
  ) {
    this.gaps = Array.from({ length: GAPS_MAX }, () => new GapAhead(channels));
  }

  find(start: number, end: number): GapAhead | null {
    for (const gap of this.gaps) {
      if (gap.state !== AHEAD.free && gap.start === start && gap.end === end) return gap;
    }
    return null;
  }

  /** Room for another one; null: there is none. */
  take(start: number, end: number, leansOn: number): GapAhead | null {
    for (const gap of this.gaps) {
      if (gap.state !== AHEAD.free) continue;
      gap.state = AHEAD.waiting;
      gap.start = start;
      gap.end = end;
      gap.leansOn = leansOn;
      gap.ticket++;
      this.counts.asked++;
      return gap;
    }
    return null;
  }

  /** What was to be played before `frame` has been. */
  expire(frame: number): void {
    for (const gap of this.gaps) {
      if (gap.state === AHEAD.free || gap.end > frame) continue;
      this.counts.needless++;
      gap.release();
    }
  }

  /** The stream has lost its place. */
  clear(): void {
    for (const gap of this.gaps) {
      if (gap.state === AHEAD.free) continue;
      this.counts.needless++;
      gap.release();
    }
  }
}
