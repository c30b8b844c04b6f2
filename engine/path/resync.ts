// A stream that has lost its place is put in a new one, and heard without a click: what was being played runs
// on for a moment and fades out, what is played from then on fades in.
//
//   old place   ------------\____            the tail: held or concealed frames that were due next
//   new place            ____/------------
import { type JitterBuffer, ORIGIN } from './jitter-buffer.js';

export const CROSSFADE_FRAMES = 128;

/** Gain of the rising side; the falling side is the rest to 1. */
const RISE = Float64Array.from({ length: CROSSFADE_FRAMES }, (_, i) => {
  return 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / CROSSFADE_FRAMES);
});

export class ResyncTail {
  /** Planar, CROSSFADE_FRAMES a channel; faded out already. */
  readonly frames: Float32Array;
  /** Counts the tails: whoever plays this stream plays each once. */
  serial = 0;

  constructor(readonly channels: number) {
    this.frames = new Float32Array(channels * CROSSFADE_FRAMES);
  }

  /** Takes what would have been played from `start` on. [engine-thread] */
  take(buffer: JitterBuffer, start: number): void {
    for (let c = 0; c < this.channels; c++) {
      const plane = c * buffer.ringFrames;
      for (let i = 0; i < CROSSFADE_FRAMES; i++) {
        const sample = buffer.frames[plane + ((start + i) & buffer.mask)];
        this.frames[c * CROSSFADE_FRAMES + i] = sample * (1 - RISE[i]);
      }
    }
    this.serial++;
  }
}

/** Gain at so many frames after a place was begun: 1 but for the first ones. */
export function riseAt(frames: number): number {
  return frames >= 0 && frames < CROSSFADE_FRAMES ? RISE[frames] : 1;
}

/** How far one listener has played a tail. */
export class TailProgress {
  played = CROSSFADE_FRAMES;

  constructor(private serial: number) {}

  /** Is there any of it left to be played? */
  owes(tail: ResyncTail): boolean {
    if (tail.serial !== this.serial) {
      this.serial = tail.serial;
      this.played = 0;
    }
    return this.played < CROSSFADE_FRAMES;
  }
}

/** Fades in those of frames [from, to) that lie in the first ones of the stream; they are estimates then. */
export function fadeIn(buffer: JitterBuffer, from: number, to: number): void {
  const { start, mask, ringFrames, channels, frames, origin } = buffer;
  const end = Math.min(to, start + CROSSFADE_FRAMES);
  for (let f = Math.max(from, start); f < end; f++) {
    if (origin[f & mask] === ORIGIN.missing) continue;
    for (let c = 0; c < channels; c++) frames[c * ringFrames + (f & mask)] *= RISE[f - start];
    origin[f & mask] = ORIGIN.concealed;
  }
}
