// The held frames around a gap of one channel, as numbers fit for arithmetic:
//
//   samples:  [ near frames, oldest first | far frames ]
import type { JitterBuffer } from '../path/jitter-buffer.js';
import type { Gap } from './concealer.js';
import { readPlane } from './ring-read.js';

export class GapContext {
  readonly samples: Float64Array;
  near = 0;
  far = 0;
  /** Largest magnitude of them all. */
  peak = 0;

  constructor(
    readonly nearMax: number,
    readonly farMax: number,
  ) {
    this.samples = new Float64Array(nearMax + farMax);
  }

  /** How much can be read, when the gap is filled from `at` on. [engine-thread] */
  measure(buffer: JitterBuffer, gap: Gap, at: number): void {
    // What lies too far back may have been overwritten.
    const old = at - gap.start + this.nearMax > buffer.ringFrames / 2;
    this.near = old ? 0 : Math.min(gap.historyFrames, this.nearMax);
    this.far = gap.end < 0 ? 0 : Math.min(gap.futureFrames, this.farMax);
  }

  /** Reads what was measured. [engine-thread] */
  read(buffer: JitterBuffer, gap: Gap, channel: number): void {
    const { frames, ringFrames, mask } = buffer;
    const { near, far, samples } = this;
    const plane = channel * ringFrames;
    const nearPeak = readPlane(frames, plane, mask, gap.start - near, near, samples, 0);
    const farPeak = readPlane(frames, plane, mask, gap.end, far, samples, near);
    this.peak = Math.max(nearPeak, farPeak);
  }
}
