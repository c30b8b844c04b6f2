// Is what arrived what was sent? Finds the one constant offset between two recordings by runs of equal
// frames, then compares frame by frame, bit by bit.
import type { Audio } from './wav-file.js';

export interface AudioComparison {
  /** received frame = sent frame + offset; undefined when nothing of it was found. */
  readonly offsetFrames: number | undefined;
  readonly sent: number;
  /** Every sample of every channel has the same bits. */
  readonly exact: number;
  /** Differs, and something sounds: an estimate. */
  readonly different: number;
  /** Silent where sound was sent, or not there at all. */
  readonly silent: number;
  /** Runs of frames that are not exact. */
  readonly gaps: number;
}

export interface FrameRange {
  readonly start: number;
  readonly end: number;
}

const PROBES_MAX = 2048;
const RUN_FRAMES = 8;
/** A value found more often than this in the recording tells nothing about place. */
const CANDIDATES_MAX = 64;

/** Compares frames [start, end) of `sent` with `received`, wherever they lie in it. */
export function compareAudio(sent: Audio, received: Audio, range: FrameRange): AudioComparison {
  const frames = range.end - range.start;
  const a = sent.channels.map(bitsOf);
  const b = received.channels.map(bitsOf);
  const offset = a.length === b.length ? findOffset(a, b, range) : undefined;
  if (offset === undefined) {
    return { offsetFrames: undefined, sent: frames, exact: 0, different: 0, silent: frames, gaps: 1 };
  }
  const counts = { exact: 0, different: 0, silent: 0, gaps: 0 };
  let inGap = false;
  for (let frame = range.start; frame < range.end; frame++) {
    const kind = kindOf(a, b, frame, frame + offset);
    counts[kind]++;
    if (kind !== 'exact' && !inGap) counts.gaps++;
    inGap = kind !== 'exact';
  }
  return { offsetFrames: offset, sent: frames, ...counts };
}

/** The bits of samples, so that -0 is not 0 and a NaN equals itself. */
function bitsOf(samples: Float32Array): Int32Array {
  return new Int32Array(samples.buffer, samples.byteOffset, samples.length);
}

function kindOf(
  a: Int32Array[],
  b: Int32Array[],
  at: number,
  there: number,
): 'exact' | 'different' | 'silent' {
  if (there < 0 || there >= b[0].length) return 'silent';
  let equal = true;
  let silent = true;
  for (let c = 0; c < a.length; c++) {
    if (a[c][at] !== b[c][there]) equal = false;
    if ((b[c][there] & 0x7fffffff) !== 0) silent = false;
  }
  if (equal) return 'exact';
  return silent ? 'silent' : 'different';
}

/** Each probe votes for the offsets at which it and the frames after it are found; most votes win. */
function findOffset(a: Int32Array[], b: Int32Array[], range: FrameRange): number | undefined {
  const index = new FrameIndex(b);
  const votes = new Map<number, number>();
  const stride = Math.max(1, Math.floor((range.end - range.start - RUN_FRAMES) / PROBES_MAX));
  for (let at = range.start; at + RUN_FRAMES <= range.end; at += stride) {
    for (const there of index.find(a, at)) {
      if (runAt(a, b, at, there)) votes.set(there - at, (votes.get(there - at) ?? 0) + 1);
    }
  }
  let best: number | undefined;
  let most = 0;
  for (const [offset, count] of votes) {
    if (count <= most) continue;
    most = count;
    best = offset;
  }
  return best;
}

function runAt(a: Int32Array[], b: Int32Array[], at: number, there: number): boolean {
  if (there + RUN_FRAMES > b[0].length) return false;
  for (let c = 0; c < a.length; c++) {
    for (let i = 0; i < RUN_FRAMES; i++) if (a[c][at + i] !== b[c][there + i]) return false;
  }
  return true;
}

/** Where in a recording a frame of given bits is: a chained hash table over all frames that sound. */
class FrameIndex {
  private readonly heads: Int32Array;
  private readonly next: Int32Array;
  private readonly mask: number;

  constructor(planes: Int32Array[]) {
    const frames = planes[0].length;
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, frames)));
    this.mask = size - 1;
    this.heads = new Int32Array(size).fill(-1);
    this.next = new Int32Array(frames);
    for (let frame = frames - 1; frame >= 0; frame--) {
      const slot = this.hash(planes, frame);
      if (slot < 0) continue;
      this.next[frame] = this.heads[slot];
      this.heads[slot] = frame;
    }
  }

  /** Frames with the same hash as frame `at` of `planes`; none if it is silent or too common. */
  find(planes: Int32Array[], at: number): number[] {
    const slot = this.hash(planes, at);
    const found: number[] = [];
    if (slot < 0) return found;
    for (let frame = this.heads[slot]; frame >= 0; frame = this.next[frame]) {
      if (found.length === CANDIDATES_MAX) return [];
      found.push(frame);
    }
    return found;
  }

  private hash(planes: Int32Array[], frame: number): number {
    let hash = 0;
    let sounding = 0;
    for (const plane of planes) {
      hash = Math.imul(hash ^ plane[frame], 0x9e3779b1);
      hash ^= hash >>> 15;
      sounding |= plane[frame] & 0x7fffffff;
    }
    return sounding === 0 ? -1 : hash & this.mask;
  }
}
