// What became of the sound: how late it is, which blocks are what was played, and how often it is interrupted.
// The same measure for all, whatever they do about loss: silence, a repetition and a bad guess are all gaps.
import { median } from '../support/statistics.js';
import { BLOCK_FRAMES, BlockJudge, VERDICT } from './blocks.js';
import { findLag } from './lag.js';
import { RATE } from './piece.js';

export interface SoundFindings {
  /** Of all blocks in which something was played. */
  readonly cleanShare: number;
  readonly exactShare: number;
  /** Stretches of blocks that are not clean. */
  readonly gapsPerMinute: number;
  /** Of the clean blocks; NaN without any. */
  readonly latencyMs: number;
  readonly latencyMaxMs: number;
}

/** A lag is looked for in so much sound; a system that jumps is followed. */
const WINDOW_FRAMES = 48 * BLOCK_FRAMES;
const LAG_FRAMES_MAX = RATE / 2;
const LIKENESS_MIN = 0.2;

/** Of recorded[from, to), frame 0 of which was recorded when frame 0 was played. */
export function compareSound(
  played: Float32Array,
  recorded: Float32Array,
  from: number,
  to: number,
): SoundFindings {
  const judge = new BlockJudge();
  const lags: number[] = [];
  let lag = -1;
  let blocks = 0;
  let exact = 0;
  let gaps = 0;
  let inGap = false;
  for (let window = from; window + WINDOW_FRAMES <= to; window += WINDOW_FRAMES) {
    const found = findLag(played, recorded, window, WINDOW_FRAMES, LAG_FRAMES_MAX);
    const here = found.likeness >= LIKENESS_MIN ? found.frames : -1;
    for (let at = window; at + BLOCK_FRAMES <= window + WINDOW_FRAMES; at += BLOCK_FRAMES) {
      const candidates = [...new Set([lag, here])].filter((candidate) => candidate >= 0);
      const verdicts = candidates.map((candidate) => judge.judge(played, recorded, at, candidate));
      const best = verdicts.length === 0 ? VERDICT.dirty : Math.max(...verdicts);
      if (best === VERDICT.silent) continue;
      blocks++;
      if (best === VERDICT.dirty) {
        if (!inGap) gaps++;
        inGap = true;
        continue;
      }
      inGap = false;
      lag = candidates[verdicts.indexOf(best)];
      lags.push(lag);
      if (best === VERDICT.exact) exact++;
    }
  }
  const toMs = (frames: number) => (frames * 1000) / RATE;
  return {
    cleanShare: lags.length / blocks,
    exactShare: exact / blocks,
    gapsPerMinute: (gaps * 60 * RATE) / (blocks * BLOCK_FRAMES),
    latencyMs: toMs(median(lags)),
    latencyMaxMs: toMs(lags.length === 0 ? Number.NaN : Math.max(...lags)),
  };
}
