// A signal in which every frame tells its own number and whose it is: left is the number, right a hash of
// number and tag. So any frame of a recording can be placed, and one that is heard again is found.
import type { Audio } from '../../../engine/demo/wav-file.js';

const SCALE = 2 ** 24; // every whole number below it is exact in a 32-bit float
/** Shorter runs are chance, or what a concealment makes of its neighbours. */
const RUN_FRAMES_MIN = 8;

/** Frames that were heard in the order in which they were sent, without a gap. */
export interface Run {
  readonly tag: number;
  /** Number of its first frame as sent. */
  readonly first: number;
  /** Frame of the recording at which it begins. */
  readonly at: number;
  readonly frames: number;
  /** Recorded frame minus sent frame: D. */
  readonly offset: number;
}

export interface Heard {
  readonly runs: readonly Run[];
  /** Frames that are neither silent nor in a run. */
  readonly strange: number;
  readonly silent: number;
}

export function numberedSignal(frames: number, tag: number, sampleRate = 48_000): Audio {
  const left = Float32Array.from({ length: frames }, (_, n) => (n + 1) / SCALE);
  const right = Float32Array.from({ length: frames }, (_, n) => hash(n, tag) / SCALE);
  return { sampleRate, channels: [left, right] };
}

/** Finds the runs of the signals with these tags in a recording. */
export function readNumbered({ channels }: Audio, tags: readonly number[] = [1]): Heard {
  const [left, right] = channels;
  const runs: Run[] = [];
  let silent = 0;
  let strange = 0;
  for (let at = 0; at < left.length; ) {
    if (left[at] === 0 && right[at] === 0) {
      silent++;
      at++;
      continue;
    }
    const tag = tags.find((candidate) => isFrame(left, right, at, candidate)) ?? -1;
    const first = left[at] * SCALE - 1;
    let frames = 0;
    while (
      tag >= 0 &&
      isFrame(left, right, at + frames, tag) &&
      left[at + frames] * SCALE === first + 1 + frames
    ) {
      frames++;
    }
    if (frames >= RUN_FRAMES_MIN) runs.push({ tag, first, at, frames, offset: at - first });
    else strange += Math.max(1, frames);
    at += Math.max(1, frames);
  }
  return { runs, strange, silent };
}

/** Runs in words, for messages and tables. */
export function runsText({ runs, strange }: Heard): string {
  const parts = runs.map(({ tag, first, at, frames }) => `#${tag} ${first}+${frames} at ${at}`);
  return `${parts.join(', ') || 'no runs'}; ${strange} strange frames`;
}

/** How many frames were heard more than once, in whatever run. */
export function repeatedFrames({ runs }: Heard): number {
  let repeated = 0;
  for (const [index, run] of runs.entries()) {
    for (const earlier of runs.slice(0, index)) {
      if (earlier.tag !== run.tag) continue;
      const start = Math.max(run.first, earlier.first);
      const end = Math.min(run.first + run.frames, earlier.first + earlier.frames);
      repeated += Math.max(0, end - start);
    }
  }
  return repeated;
}

function isFrame(left: Float32Array, right: Float32Array, at: number, tag: number): boolean {
  if (at >= left.length) return false;
  const n = left[at] * SCALE - 1;
  return n >= 0 && Number.isInteger(n) && right[at] === hash(n, tag) / SCALE;
}

/** 24 bits that look random. */
function hash(n: number, tag: number): number {
  const mixed = Math.imul(n + 1, 0x9e37_79b1) ^ Math.imul(tag + 1, 0x85eb_ca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d) >>> 8;
}
