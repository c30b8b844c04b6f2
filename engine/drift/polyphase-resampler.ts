// Plays a planar ring at any ratio near that of two sample rates: each output frame is the source, low-passed,
// at a fractional position. The position is a whole frame and a fraction: exact at any frame number.
//
//   output j  =  sum over k of source[frame + k] * h(k - fraction)      -halfTaps < k <= halfTaps
//
// Linear phase and no delay of its own: frame f of the source is heard at f, so that going over from plain
// copying at a whole position changes nothing but what lies above the pass band.
import { type PlanarRing, readPlane, type SourcePosition } from './planar-ring.js';
import { type SincKernel, sincKernel } from './sinc-kernel.js';
import { tapSum, tapSums } from './tap-sums.js';

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
      const passing = Math.floor(position.fraction + (frames - 1) * step) + 1;
      const needed = Math.min(passing + 2 * this.halfTaps, this.lineFrames);
      for (let p = 0; p < planes; p++) {
        readPlane(source, p, first, needed, sourceStart, sourceEnd, this.lines, p * this.lineFrames);
      }
      peak = Math.max(peak, this.piece(planes, position, step, destination, start + done, frames, add));
    }
    return peak;
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
    const { sums, lines, lineFrames } = this;
    const { taps, phases } = this.kernel;
    const { frames, ringFrames, mask, channels } = destination;
    const width = 2 * this.halfTaps;
    let { frame, fraction } = position;
    const origin = frame;
    let peak = 0;
    for (let j = 0; j < count; j++) {
      const phase = fraction * phases;
      const below = Math.floor(phase);
      const row = width * below;
      const between = phase - below;
      let at = frame - origin;
      let p = 0;
      for (; p + 1 < planes; p += 2) {
        tapSums(taps, row, width, between, lines, at, at + lineFrames, sums, p);
        at += 2 * lineFrames;
      }
      if (p < planes) sums[p] = tapSum(taps, row, width, between, lines, at);
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
}
