// Pieces of many streams, each at a ratio of its own, through the filters of a few pairs of rates.
import { kernelTaps, type SincKernel, sincKernel } from '../../drift/sinc-kernel.js';
import { type Allocate, allocateOwn, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { RESAMPLE_PARAMS, RESAMPLE_PIECE } from '../layouts.js';

const GROUP = 64;
const AT = RESAMPLE_PIECE.at;
const TWO_32 = 4294967296;
/** Positions are exact for so many frames of a piece. */
export const RESAMPLE_FRAMES_MAX = 65535;

export const RESAMPLE: KernelSpec = {
  stem: 'resample',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'pieces', use: 'input' },
    { name: 'source', use: 'input' },
    { name: 'taps', use: 'state' },
    { name: 'result', use: 'output' },
  ],
  passes: ['resample'],
};

export interface RatePair {
  readonly sourceRate: number;
  readonly slotRate: number;
}

export interface ResampleSizes {
  readonly piecesMax: number;
  /** Samples of all planes. */
  readonly sourceMax: number;
  readonly resultMax: number;
  readonly rates: readonly RatePair[];
}

/** One piece, as the twin wants it. */
export interface ResamplePiece {
  readonly rates: number;
  readonly fraction: number;
  readonly ratio: number;
}

export class ResampleJob extends KernelJob {
  readonly pieces: ResamplePiece[] = [];
  readonly source: Float32Array;
  readonly result: Float32Array;
  private readonly tapsAt: number[] = [];
  private made: readonly SincKernel[] | null = null;
  private sourceUsed = 0;
  private resultUsed = 0;
  private framesMost = 0;
  private planesMost = 0;

  /** @param later filters are large: whoever runs the job calls prepare() before */
  constructor(
    readonly sizes: ResampleSizes,
    allocate: Allocate = allocateOwn,
    later = false,
  ) {
    const taps = sizes.rates.map(({ sourceRate, slotRate }) => kernelTaps(sourceRate, slotRate));
    const wordsMax = {
      params: RESAMPLE_PARAMS.words,
      pieces: sizes.piecesMax * RESAMPLE_PIECE.words,
      source: sizes.sourceMax,
      taps: taps.reduce((sum, count) => sum + count, 0),
      result: sizes.resultMax,
    };
    super(RESAMPLE, wordsMax, allocate);
    this.source = floats(this.memory.source);
    this.result = floats(this.memory.result);
    let at = 0;
    for (const count of taps) {
      this.tapsAt.push(at);
      at += count;
    }
    if (!later) this.prepare();
  }

  override prepare(): void {
    const taps = floats(this.memory.taps);
    for (const [index, filter] of this.filters.entries()) taps.set(filter.taps, this.tapsAt[index]);
    this.stateWrites.push({ buffer: 'taps', at: 0, words: this.memory.taps });
  }

  /** In the order of the rates. */
  get filters(): readonly SincKernel[] {
    this.made ??= this.sizes.rates.map(({ sourceRate, slotRate }) => sincKernel(sourceRate, slotRate));
    return this.made;
  }

  begin(): void {
    this.pieces.length = 0;
    this.sourceUsed = 0;
    this.resultUsed = 0;
    this.framesMost = 0;
    this.planesMost = 0;
  }

  /** Where the result of the next piece will be. */
  get resultEnd(): number {
    return this.resultUsed;
  }

  /** Is there room for another piece? */
  fits(rates: number, planes: number, frames: number, ratio: number): boolean {
    const { piecesMax, sourceMax, resultMax } = this.sizes;
    return (
      this.pieces.length < piecesMax &&
      this.sourceUsed + planes * this.sourceStride(rates, frames, ratio) <= sourceMax &&
      this.resultUsed + planes * frames <= resultMax
    );
  }

  /** Source frames, per plane, that a piece needs: a power of two, from halfTaps - 1 before its position on. */
  sourceStride(rates: number, frames: number, ratio: number): number {
    const needed = Math.ceil(frames * ratio) + 2 * this.filters[rates].halfTaps + 2;
    return 2 ** Math.ceil(Math.log2(needed));
  }

  /**
   * `frames` frames of `planes` planes, the first at `fraction` of a source frame. Returns where in `source` its
   * first plane is to be written; planes are sourceStride() apart.
   */
  add(rates: number, planes: number, frames: number, fraction: number, ratio: number): number {
    const { phases, halfTaps } = this.filters[rates];
    const { pieces } = this.memory;
    const at = this.pieces.length * RESAMPLE_PIECE.words;
    const stride = this.sourceStride(rates, frames, ratio);
    const step = Math.round(ratio * TWO_32);
    pieces[at + AT.planes] = planes;
    pieces[at + AT.frames] = frames;
    pieces[at + AT.source] = this.sourceUsed;
    pieces[at + AT.sourceStride] = stride;
    pieces[at + AT.result] = this.resultUsed;
    pieces[at + AT.resultStride] = frames;
    pieces[at + AT.taps] = this.tapsAt[rates];
    pieces[at + AT.halfTaps] = halfTaps;
    pieces[at + AT.phasesLog2] = Math.log2(phases);
    pieces[at + AT.fraction] = Math.min(TWO_32 - 1, Math.round(fraction * TWO_32));
    pieces[at + AT.stepWhole] = Math.floor(step / TWO_32);
    pieces[at + AT.stepFraction] = step % TWO_32;
    this.pieces.push({ rates, fraction, ratio });
    const start = this.sourceUsed;
    this.sourceUsed += planes * stride;
    this.resultUsed += planes * frames;
    this.framesMost = Math.max(this.framesMost, frames);
    this.planesMost = Math.max(this.planesMost, planes);
    return start;
  }

  finish(): void {
    const { used, pieces } = this;
    this.memory.params[RESAMPLE_PARAMS.at.pieceCount] = pieces.length;
    used.pieces = pieces.length * RESAMPLE_PIECE.words;
    used.source = this.sourceUsed;
    used.result = this.resultUsed;
    this.setGroups(0, groupsFor(this.framesMost, GROUP), this.planesMost, pieces.length);
  }
}

export function floats(words: Uint32Array): Float32Array {
  return new Float32Array(words.buffer, words.byteOffset, words.length);
}
