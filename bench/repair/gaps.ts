// The holes that are punched: fixed lengths as one lost packet after another makes them, and the burst
// classes of lossy lines.
import { type Chance, chanceOf } from '../../engine/demo/chance.js';
import type { Hole } from './repair-run.js';

const PACKET_FRAMES = 64;

export interface GapClass {
  readonly name: string;
  readonly framesMin: number;
  readonly framesMax: number;
}

const ofMs = (ms: number): GapClass => ({ name: `${ms} ms`, framesMin: ms * 48, framesMax: ms * 48 });
const ofPackets = (min: number, max: number): GapClass => ({
  name: `${min}-${max} packets`,
  framesMin: min * PACKET_FRAMES,
  framesMax: max * PACKET_FRAMES,
});

/** At 48 kHz. */
export const GAPS: readonly GapClass[] = [
  ...[1, 2, 5, 10, 20].map(ofMs),
  ofPackets(1, 6),
  ofPackets(6, 16),
  ofPackets(16, 50),
];

/** Whole packets, or whole milliseconds; some 4000 frames from hole to hole, from 4100 up to `frames`. */
export function holesOf(gap: GapClass, frames: number, seed: number): Hole[] {
  const chance = chanceOf(seed);
  const holes: Hole[] = [];
  for (let from = 4100; ; ) {
    const to = from + lengthOf(gap, chance);
    if (to + 1500 > frames) return holes;
    holes.push({ from, to });
    from = to + 3500 + Math.floor(500 * chance());
  }
}

function lengthOf({ framesMin, framesMax }: GapClass, chance: Chance): number {
  if (framesMin === framesMax) return framesMin;
  const packets = (framesMax - framesMin) / PACKET_FRAMES + 1;
  return framesMin + PACKET_FRAMES * Math.floor(chance() * packets);
}
