// Plays a planar ring at any ratio near that of two sample rates: each output frame is the source, low-passed,
// at a fractional position. The position is a whole frame and a fraction: exact at any frame number.
//
//   output j  =  sum over k of source[frame + k] * h(k - fraction)      -halfTaps < k <= halfTaps
//
// Linear phase and no delay of its own: frame f of the source is heard at f, so that going over from plain
// copying at a whole position changes nothing but what lies above the pass band.
import { type SincKernel, sincKernel } from './sinc-kernel.js';

/** Planes of `ringFrames` samples (a power of two) that begin one after another; frame f lies at f & mask. */
export interface PlanarRing {
  readonly frames: Float32Array;
  readonly ringFrames: number;
  readonly mask: number;
  readonly channels: number;
}

export interface SourcePosition {
  /** A whole number, whatever its size up to 2^52. */
  frame: number;
  /** In [0, 1). */
  fraction: number;
}

const PIECE_FRAMES = 256;

export class PolyphaseResampler {
  /** The source must be there from `frame - halfTaps` to `frame + halfTaps` around every position. */
  readonly halfTaps: number;
  private readonly kernel: SincKernel;
  private readonly ratioMax: number;
  private readonly lineFrames: number;
  private readonly lines: Float64Array;
  private readonly sums: Float64Array;

  /** @param channelsMax planes of any source and of any destination */
  constructor(
    sourceRate: number,
    slotRate: number,
    private readonly channelsMax: number,
  ) {
    this.kernel = sincKernel(sourceRate, slotRate);
    this.halfTaps = this.kernel.halfTaps;
    this.ratioMax = (sourceRate / slotRate) * 1.01;
    this.lineFrames = Math.ceil(PIECE_FRAMES * this.ratioMax) + 2 * this.halfTaps + 1;
    this.lines = new Float64Array(this.lineFrames * channelsMax);
    this.sums = new Float64Array(channelsMax);
  }

  /**
   * Writes destination frames [start, start + count) and moves `position` on by count * ratio source frames.
   * Source frames outside [sourceStart, sourceEnd) are silence. A mono source is heard on every channel;
   * surplus channels of a source are not, surplus channels of the destination are silent. Returns the peak.
   * [engine-thread]
   * @param ratio source frames per destination frame, at most 1 % off that of the rates
   */
  resample(
    source: PlanarRing,
    sourceStart: number,
    sourceEnd: number,
    position: SourcePosition,
    ratio: number,
    destination: PlanarRing,
    start: number,
    count: number,
    add: boolean,
  ): number {
    const step = Math.min(ratio, this.ratioMax);
    const planes = Math.min(source.channels, destination.channels, this.channelsMax);
    let peak = 0;
    for (let done = 0; done < count; done += PIECE_FRAMES) {
      const frames = Math.min(PIECE_FRAMES, count - done);
      const first = position.frame - this.halfTaps + 1;
      const needed = Math.floor(position.fraction + (frames - 1) * step) + 1 + 2 * this.halfTaps;
      for (let p = 0; p < planes; p++) {
        this.straighten(source, p, first, Math.min(needed, this.lineFrames), sourceStart, sourceEnd);
      }
      peak = Math.max(peak, this.piece(planes, position, step, destination, start + done, frames, add));
    }
    return peak;
  }

  /** The piece's source frames of one plane in a row: no wrapping in the inner loop. */
  private straighten(
    source: PlanarRing,
    plane: number,
    first: number,
    count: number,
    sourceStart: number,
    sourceEnd: number,
  ): void {
    const { lines } = this;
    const at = plane * this.lineFrames;
    const ring = plane * source.ringFrames;
    const from = Math.min(Math.max(0, sourceStart - first), count);
    const to = Math.max(from, Math.min(count, sourceEnd - first));
    lines.fill(0, at, at + from);
    let index = (first + from) & source.mask;
    for (let i = from; i < to; i++) {
      lines[at + i] = source.frames[ring + index];
      index = (index + 1) & source.mask;
    }
    lines.fill(0, at + to, at + count);
  }

  private piece(
    planes: number,
    position: SourcePosition,
    ratio: number,
    destination: PlanarRing,
    start: number,
    count: number,
    add: boolean,
  ): number {
    const { sums, lineFrames } = this;
    const { frames, ringFrames, mask, channels } = destination;
    let { frame, fraction } = position;
    const origin = frame;
    let peak = 0;
    for (let j = 0; j < count; j++) {
      const phase = fraction * this.kernel.phases;
      const whole = Math.floor(phase);
      const row = 2 * this.halfTaps * whole;
      let p = 0;
      for (; p + 1 < planes; p += 2) this.pair(p, p * lineFrames + frame - origin, row, phase - whole);
      if (p < planes) sums[p] = this.single(p * lineFrames + frame - origin, row, phase - whole);
      let write = (start + j) & mask;
      for (let c = 0; c < channels; c++) {
        const value = c < planes ? sums[c] : planes === 1 ? sums[0] : 0;
        frames[write] = add ? frames[write] + value : value;
        write += ringFrames;
        if (value > peak) peak = value;
        else if (-value > peak) peak = -value;
      }
      fraction += ratio;
      const passed = Math.floor(fraction);
      frame += passed;
      fraction -= passed;
    }
    position.frame = frame;
    position.fraction = fraction;
    return peak;
  }

  /** One plane: the taps between two rows of the kernel, times the frames around the position. */
  private single(line: number, row: number, between: number): number {
    const { lines } = this;
    const { taps } = this.kernel;
    const width = 2 * this.halfTaps;
    const next = row + width;
    let even = 0;
    let odd = 0;
    for (let k = 0; k < width; k += 2) {
      const t0 = taps[row + k];
      const t1 = taps[row + k + 1];
      even += (t0 + between * (taps[next + k] - t0)) * lines[line + k];
      odd += (t1 + between * (taps[next + k + 1] - t1)) * lines[line + k + 1];
    }
    return even + odd;
  }

  /** Two planes at once: the taps are made once. Two sums each, one alone would wait for each addition. */
  private pair(plane: number, left: number, row: number, between: number): void {
    const { lines, sums } = this;
    const { taps } = this.kernel;
    const width = 2 * this.halfTaps;
    const next = row + width;
    const right = left + this.lineFrames;
    let leftEven = 0;
    let leftOdd = 0;
    let rightEven = 0;
    let rightOdd = 0;
    for (let k = 0; k < width; k += 2) {
      const t0 = taps[row + k];
      const t1 = taps[row + k + 1];
      const even = t0 + between * (taps[next + k] - t0);
      const odd = t1 + between * (taps[next + k + 1] - t1);
      leftEven += even * lines[left + k];
      leftOdd += odd * lines[left + k + 1];
      rightEven += even * lines[right + k];
      rightOdd += odd * lines[right + k + 1];
    }
    sums[plane] = leftEven + leftOdd;
    sums[plane + 1] = rightEven + rightOdd;
  }
}
