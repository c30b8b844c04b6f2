// The frames of one remote stream, at their media time, until they are played: a planar ring and one byte
// a frame that says where the frame came from. Packets may come in any order; what is resolved stays.
//
//     finalEnd            contiguousEnd                 end
//        |  received ...       |   gap    received ...   |
//   ---------------------------------------------------------> media frames
//   resolved: counted, played
export const ORIGIN = { missing: 0, received: 1, recovered: 2, concealed: 3, silent: 4 } as const;

export const PLACED = { accepted: 0, late: 1, tooFar: 2 } as const;

export class JitterBuffer {
  readonly frames: Float32Array;
  readonly origin: Uint8Array;
  readonly mask: number;
  /** First frame that may still be written; everything before it is resolved. */
  finalEnd = 0;
  /** First missing frame at or after finalEnd. */
  contiguousEnd = 0;
  /** After the newest frame held. */
  end = 0;
  /** First frame ever held. */
  start = 0;
  started = false;

  /** @param ringFrames power of two; @param channels planes, `ringFrames` apart */
  constructor(
    readonly ringFrames: number,
    readonly channels: number,
  ) {
    this.frames = new Float32Array(ringFrames * channels);
    this.origin = new Uint8Array(ringFrames);
    this.mask = ringFrames - 1;
  }

  get bytes(): number {
    return this.frames.byteLength + this.origin.byteLength;
  }

  /** Nothing of it was resolved yet: it may still begin earlier. */
  get untouched(): boolean {
    return this.finalEnd === this.start;
  }

  reset(): void {
    this.started = false;
    this.origin.fill(ORIGIN.missing);
  }

  /** May a packet with these frames be written? Opens room for it. [engine-thread] */
  place(frame: number, count: number): number {
    if (!this.started) {
      this.started = true;
      this.start = frame;
      this.finalEnd = frame;
      this.contiguousEnd = frame;
      this.end = frame;
    }
    if (frame < this.finalEnd) {
      // Nothing has been played yet and an earlier packet came later: the stream begins with it.
      if (!this.untouched || this.end - frame > this.ringFrames / 2) return PLACED.late;
      this.clear(frame, this.start);
      this.start = frame;
      this.finalEnd = frame;
      this.contiguousEnd = frame;
    }
    if (frame + count - this.finalEnd > this.ringFrames / 2) return PLACED.tooFar;
    if (frame + count > this.end) {
      this.clear(this.end, frame + count);
      this.end = frame + count;
    }
    return PLACED.accepted;
  }

  /** Marks frames that now hold samples. [engine-thread] */
  mark(frame: number, count: number, origin: number): void {
    const from = frame & this.mask;
    const first = Math.min(count, this.ringFrames - from);
    this.origin.fill(origin, from, from + first);
    if (first < count) this.origin.fill(origin, 0, count - first);
    if (frame <= this.contiguousEnd) this.advance();
  }

  /** First frame at or after `frame`, below `limit`, that is held; `limit` when none is. */
  nextHeld(frame: number, limit: number): number {
    const stop = Math.min(limit, this.end);
    for (let f = frame; f < stop; f++) if (this.origin[f & this.mask] !== ORIGIN.missing) return f;
    return limit;
  }

  /** First missing frame at or after `frame`, below `limit`; `limit` when none is. */
  nextMissing(frame: number, limit: number): number {
    const stop = Math.min(limit, this.end);
    let f = frame;
    while (f < stop && this.origin[f & this.mask] !== ORIGIN.missing) f++;
    return f < stop ? f : Math.min(limit, Math.max(f, frame));
  }

  /** Resolves everything before `frame`: from now on it is history. [engine-thread] */
  finalize(frame: number): void {
    if (frame <= this.finalEnd) return;
    if (frame > this.end) {
      this.clear(this.end, frame);
      this.end = frame;
    }
    this.finalEnd = frame;
    if (this.contiguousEnd < frame) this.contiguousEnd = frame;
    this.advance();
  }

  private advance(): void {
    while (this.contiguousEnd < this.end && this.origin[this.contiguousEnd & this.mask] !== ORIGIN.missing) {
      this.contiguousEnd++;
    }
  }

  private clear(from: number, to: number): void {
    if (to - from >= this.ringFrames) {
      this.origin.fill(ORIGIN.missing);
      return;
    }
    for (let f = from; f < to; f++) this.origin[f & this.mask] = ORIGIN.missing;
  }
}
