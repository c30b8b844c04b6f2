// The cheapest concealment that does not click: both sides of the gap are mirrored into it and crossfaded.
// A mirror image continues the value at the join; the near side fades out while nothing follows.
import type { JitterBuffer } from '../path/jitter-buffer.js';
import type { Concealer, Gap } from './concealer.js';
import { fadeTable } from './fade.js';

const MIRROR_FRAMES_MAX = 512;

export class MirrorConcealer implements Concealer {
  readonly cheapFrames = 0;
  private readonly fade: Float64Array;

  constructor(sampleRate: number) {
    this.fade = fadeTable(sampleRate);
  }

  forget(): void {}

  conceal(buffer: JitterBuffer, gap: Gap, from: number, to: number): void {
    this.fill(buffer, gap, gap.start, from, to);
  }

  /**
   * Fills [from, to) as part of the rest of the gap that begins at `anchor`: what was concealed before it is
   * the near side then. Called again for the next part with the same anchor. [engine-thread]
   */
  fill(buffer: JitterBuffer, gap: Gap, anchor: number, from: number, to: number): void {
    const { frames, mask, ringFrames, channels } = buffer;
    const { fade } = this;
    const near = Math.min(gap.historyFrames + anchor - gap.start, MIRROR_FRAMES_MAX);
    const far = gap.end < 0 ? 0 : Math.min(gap.futureFrames, MIRROR_FRAMES_MAX);
    const length = gap.end < 0 ? 0 : gap.end - anchor;
    // What was faded before the anchor is faded already: the rest of the fade follows.
    const faded = anchor - gap.start < fade.length ? fade[anchor - gap.start] : 0;
    for (let f = from; f < to; f++) {
      const age = f - anchor;
      const nearGain = f - gap.start < fade.length && faded > 0 ? fade[f - gap.start] / faded : 0;
      // Raised cosine from the near side to the far side across the whole rest.
      const weight = far > 0 ? 0.5 - 0.5 * Math.cos((Math.PI * (age + 1)) / (length + 1)) : 0;
      const farGain = far > 0 && gap.end - 1 - f < fade.length ? fade[gap.end - 1 - f] : 0;
      const nearFrame = anchor - 1 - reflect(age, near);
      const farFrame = gap.end + reflect(gap.end - 1 - f, far);
      for (let c = 0; c < channels; c++) {
        const plane = c * ringFrames;
        const a = near > 0 ? frames[plane + (nearFrame & mask)] * nearGain : 0;
        const b = far > 0 ? frames[plane + (farFrame & mask)] * farGain : 0;
        const value = a * (1 - weight) + b * weight;
        frames[plane + (f & mask)] = Number.isFinite(value) ? value : 0;
      }
    }
  }
}

/** 0, 1, .. n-1, n-1, .. 1, 0, 0, 1, ..: walks to and fro over n frames. */
function reflect(index: number, n: number): number {
  if (n <= 0) return 0;
  const phase = index % (2 * n);
  return phase < n ? phase : 2 * n - 1 - phase;
}
