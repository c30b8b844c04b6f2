// What is played to all systems: seeded music of 16 bits, which every one of them carries, and a dense line of notes.
import { chanceOf, pick } from '../../engine/demo/chance.js';
import type { FrameMessage } from '../../engine/demo/smf-writer.js';
import { makeMaterial } from '../repair/material.js';

export const RATE = 48_000;
export const CHANNELS = 2;

export interface Piece {
  readonly seconds: number;
  /** Whole multiples of 1/32768. */
  readonly channels: readonly Float32Array[];
  readonly midi: readonly FrameMessage[];
}

/** Above, resamplers may cut off what they like: nobody is blamed for that. */
const HIGHEST_HZ = 15_000;
const FILTER_HALF_TAPS = 64;
const NOTES_PER_SECOND = 32;
const LOWEST_KEY = 36;
const KEYS = 60;
/** The last note ends this long before the end of the piece. */
const QUIET_SECONDS = 0.5;

export function makePiece(seconds: number, seed: number): Piece {
  const channels = Array.from({ length: CHANNELS }, (_, channel) =>
    withoutTop(makeMaterial('mix', seconds * RATE, RATE, seed + 100 * channel)).map(
      (value) => Math.round(value * 32_768) / 32_768,
    ),
  );
  return { seconds, channels, midi: makeNotes(seconds, seed) };
}

/** A windowed sinc. */
function withoutTop(x: Float32Array): Float32Array {
  const cutoff = (2 * HIGHEST_HZ) / RATE;
  const taps = Float64Array.from({ length: 2 * FILTER_HALF_TAPS + 1 }, (_, i) => {
    const t = i - FILTER_HALF_TAPS;
    const sinc = t === 0 ? 1 : Math.sin(Math.PI * cutoff * t) / (Math.PI * cutoff * t);
    return cutoff * sinc * Math.cos((Math.PI * t) / (2 * FILTER_HALF_TAPS + 2)) ** 2;
  });
  return x.map((_, n) => taps.reduce((sum, tap, i) => sum + tap * (x[n + i - FILTER_HALF_TAPS] ?? 0), 0));
}

/** Keys take turns, so that no key is struck again while it may still sound. */
function makeNotes(seconds: number, seed: number): FrameMessage[] {
  const chance = chanceOf(seed);
  const messages: FrameMessage[] = [];
  const count = Math.floor((seconds - QUIET_SECONDS) * NOTES_PER_SECOND);
  for (let n = 0; n < count; n++) {
    const key = LOWEST_KEY + ((n * 7) % KEYS);
    const at = Math.round((n * RATE) / NOTES_PER_SECOND + chance() * 400);
    const length = Math.round(RATE * pick(chance, [0.06, 0.12, 0.24]));
    const velocity = 1 + Math.floor(chance() * 127);
    messages.push({ frame: at, bytes: Uint8Array.of(0x90, key, velocity) });
    messages.push({ frame: at + length, bytes: Uint8Array.of(0x80, key, 64) });
  }
  return messages.sort((a, b) => a.frame - b.frame);
}
