// Estimated frames for a gap. One interface for every method: better ones take the same call.
import type { JitterBuffer } from '../path/jitter-buffer.js';

/** One gap, as far as it is known when its first frames fall due. */
export interface Gap {
  /** First missing frame. */
  start: number;
  /** First held frame after it, or -1 while nothing has arrived behind it. */
  end: number;
  /** Frames before `start` that may be used as the near side. */
  historyFrames: number;
  /** Held frames from `end` on; 0 while the gap is open. */
  futureFrames: number;
}

export interface Concealer {
  /** Frames that got a cheaper estimate than the method's own, for want of time or context. */
  readonly cheapFrames: number;
  /**
   * Fills frames [from, to) of every channel of the ring, a part of the gap; never touches another frame.
   * Called in order, part after part; parts of one gap must join without a step. Bounded work: at most
   * `to - from` frames. [engine-thread]
   */
  conceal(buffer: JitterBuffer, gap: Gap, from: number, to: number): void;

  /** The stream has lost its place: what comes has nothing to do with what was. [engine-thread] */
  forget(): void;
}
