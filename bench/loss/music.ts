// The material of the loss benchmarks: the demo's piece, without end.
import { composePiece } from '../../engine/demo/piece.js';
import { renderPiece } from '../../engine/demo/synth.js';

export const SAMPLE_RATE = 48_000;
const LOOP_SECONDS = 30;
const SEED = 7;

export interface Music {
  /** Of one channel at a frame since the start. */
  sample(channel: number, frame: number): number;
}

let music: Music | undefined;

/** Stereo; made once. */
export function loopedMusic(): Music {
  music ??= make();
  return music;
}

function make(): Music {
  const { channels } = renderPiece(composePiece(SEED, LOOP_SECONDS, SAMPLE_RATE));
  const frames = channels[0].length;
  return { sample: (channel, frame) => channels[channel][frame % frames] };
}
