// Punches holes into a signal and lets the concealment fill them the way the receive path does.
import { JitterBuffer, ORIGIN } from '../../engine/path/jitter-buffer.js';
import type { Concealer, Gap } from '../../engine/repair/concealer.js';
import type { RepairBudget } from '../../engine/repair/repair-budget.js';

const RING_FRAMES = 1 << 16;
const FUTURE_FRAMES_MAX = 512;

export interface Hole {
  readonly from: number;
  readonly to: number;
}

/** A ring that holds the planes, as if all of it had just arrived. */
export function ringOf(planes: readonly Float32Array[]): JitterBuffer {
  const buffer = new JitterBuffer(RING_FRAMES, planes.length);
  const count = planes[0].length;
  if (count > RING_FRAMES / 2) throw new Error(`${count} frames are too many for the ring`);
  buffer.place(0, count);
  for (let c = 0; c < planes.length; c++) buffer.frames.set(planes[c], c * RING_FRAMES);
  buffer.mark(0, count, ORIGIN.received);
  return buffer;
}

export function eraseHole(buffer: JitterBuffer, { from, to }: Hole): void {
  for (let c = 0; c < buffer.channels; c++)
    buffer.frames.fill(0, c * RING_FRAMES + from, c * RING_FRAMES + to);
  buffer.origin.fill(ORIGIN.missing, from, to);
}

/**
 * Conceals one hole in parts of `partFrames`. The far side is known while a part's end is at most
 * `sightFrames` before it. Each part is a tick of the budget.
 */
export function concealHole(
  concealer: Concealer,
  buffer: JitterBuffer,
  { from, to }: Hole,
  partFrames = to - from,
  sightFrames = Number.POSITIVE_INFINITY,
  budget: RepairBudget | null = null,
): void {
  const gap: Gap = { start: from, end: -1, historyFrames: from, futureFrames: 0 };
  for (let at = from; at < to; at += partFrames) {
    const until = Math.min(to, at + partFrames);
    budget?.beginTick();
    const seen = to - until <= sightFrames;
    gap.end = seen ? to : -1;
    gap.futureFrames = seen ? buffer.nextMissing(to, Math.min(buffer.end, to + FUTURE_FRAMES_MAX)) - to : 0;
    concealer.conceal(buffer, gap, at, until);
  }
  buffer.origin.fill(ORIGIN.concealed, from, to);
}
