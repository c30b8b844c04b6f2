// The simplest concealment that does not click: both sides of the gap are mirrored into it and crossfaded.
// A mirror image continues the value at the join; the near side fades out while nothing follows.
import type { JitterBuffer } from '../path/jitter-buffer.js';
import type { Concealer, Gap } from './concealer.js';

const FADE_FROM_MS = 10;
const FADE_TO_MS = 60;
const MIRROR_FRAMES_MAX = 512;

export class MirrorConcealer implements Concealer {
  private readonly fadeFromFrames: number;
  private readonly fadeToFrames: number;

  constructor(sampleRate: number) {
    this.fadeFromFrames = (FADE_FROM_MS * sampleRate) / 1000;
    this.fadeToFrames = (FADE_TO_MS * sampleRate) / 1000;
  }

  conceal(buffer: JitterBuffer, gap: Gap, from: number, to: number): void {
    const { frames, mask, ringFrames, channels } = buffer;
    const near = Math.min(gap.historyFrames, MIRROR_FRAMES_MAX);
    const far = gap.end < 0 ? 0 : Math.min(gap.futureFrames, MIRROR_FRAMES_MAX);
    const length = gap.end < 0 ? 0 : gap.end - gap.start;
    for (let f = from; f < to; f++) {
      const age = f - gap.start;
      const nearGain = this.fade(age);
      // Raised cosine from the near side to the far side across the whole gap.
      const weight = far > 0 ? 0.5 - 0.5 * Math.cos((Math.PI * (age + 1)) / (length + 1)) : 0;
      const farGain = far > 0 ? this.fade(gap.end - 1 - f) : 0;
      const nearFrame = near > 0 ? gap.start - 1 - reflect(age, near) : -1;
      const farFrame = far > 0 ? gap.end + reflect(gap.end - 1 - f, far) : -1;
      for (let c = 0; c < channels; c++) {
        const plane = c * ringFrames;
        const a = near > 0 ? frames[plane + (nearFrame & mask)] * nearGain : 0;
        const b = far > 0 ? frames[plane + (farFrame & mask)] * farGain : 0;
        frames[plane + (f & mask)] = a * (1 - weight) + b * weight;
      }
    }
  }

  private fade(age: number): number {
    if (age <= this.fadeFromFrames) return 1;
    if (age >= this.fadeToFrames) return 0;
    return (this.fadeToFrames - age) / (this.fadeToFrames - this.fadeFromFrames);
  }
}

/** 0, 1, .. n-1, n-1, .. 1, 0, 0, 1, ..: walks to and fro over n frames. */
function reflect(index: number, n: number): number {
  const phase = index % (2 * n);
  return phase < n ? phase : 2 * n - 1 - phase;
}
