// What was heard against what was sent, frame by frame.
import type { Music } from './music.js';

export interface Comparison {
  readonly frames: number;
  /** Outside of gaps. */
  readonly exact: number;
  /** Runs of frames that differ; closer than half a packet they are one, and what lies between is part of it. */
  readonly gaps: number;
  readonly segSnrDb: number;
}

const SEGMENT_FRAMES = 960;
const SNR_MIN_DB = -10;
const SNR_MAX_DB = 80;
/** Mean square below which a segment is silence. */
const SILENCE = 1e-8;
const SAME_GAP_FRAMES = 32;
const PROBES = 300;

export function interleaved(blocks: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** Frames from the sending to the hearing: those at which most frames [from, to) are exact; -1 when none is. */
export function findDelay(
  music: Music,
  heard: Float32Array,
  [from, to]: readonly [number, number],
  [delayMin, delayMax]: readonly [number, number],
): number {
  const step = Math.max(1, Math.floor((to - from) / PROBES));
  let best = -1;
  let most = 0;
  for (let delay = delayMin; delay <= delayMax; delay++) {
    let exact = 0;
    for (let frame = from; frame < to; frame += step) {
      const sent = music.sample(0, frame);
      if (sent !== 0 && heard[2 * (frame + delay)] === sent) exact++;
    }
    if (exact <= most) continue;
    most = exact;
    best = delay;
  }
  return best;
}

/** Frames [from, to) as sent, `delay` later as heard. */
export function compareStreams(
  music: Music,
  heard: Float32Array,
  [from, to]: readonly [number, number],
  delay: number,
): Comparison {
  const segments = new SegmentalSnr();
  let inGaps = 0;
  let gaps = 0;
  let lastWrong = Number.NEGATIVE_INFINITY;
  for (let frame = from; frame < to; frame++) {
    const at = 2 * (frame + delay);
    const left = music.sample(0, frame);
    const right = music.sample(1, frame);
    const errorLeft = left - (heard[at] ?? 0);
    const errorRight = right - (heard[at + 1] ?? 0);
    segments.add(left * left + right * right, errorLeft * errorLeft + errorRight * errorRight);
    if (errorLeft === 0 && errorRight === 0) continue;
    const apart = frame - lastWrong;
    if (apart > SAME_GAP_FRAMES) gaps++;
    inGaps += apart > SAME_GAP_FRAMES ? 1 : apart;
    lastWrong = frame;
  }
  return { frames: to - from, exact: to - from - inGaps, gaps, segSnrDb: segments.meanDb };
}

/** Mean of the signal-to-error ratio of short segments, each within bounds; silence doesn't count. */
class SegmentalSnr {
  private signal = 0;
  private error = 0;
  private frames = 0;
  private sumDb = 0;
  private segments = 0;

  add(signal: number, error: number): void {
    this.signal += signal;
    this.error += error;
    if (++this.frames < SEGMENT_FRAMES) return;
    if (this.signal > SILENCE * SEGMENT_FRAMES) {
      const db = this.error === 0 ? SNR_MAX_DB : 10 * Math.log10(this.signal / this.error);
      this.sumDb += Math.min(SNR_MAX_DB, Math.max(SNR_MIN_DB, db));
      this.segments++;
    }
    this.signal = 0;
    this.error = 0;
    this.frames = 0;
  }

  get meanDb(): number {
    return this.segments === 0 ? Number.NaN : this.sumDb / this.segments;
  }
}
