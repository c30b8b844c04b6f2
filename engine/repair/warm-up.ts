// The first repairs would run uncompiled, some thirty times slower than later ones: too slow for a tick. So
// they are made before there is a stream.
import { JitterBuffer, ORIGIN } from '../path/jitter-buffer.js';
import { ArConcealer } from './ar-concealer.js';
import type { Gap } from './concealer.js';
import { RepairBudget } from './repair-budget.js';

const RATE = 48000;
const CHANNELS = 2;
const FRAMES = 8192;
const GAPS = 90;
/** Enough for everything that the concealment does. */
const LENGTHS = [64, 64, 128, 480, 64, 960, 1400] as const;

/** Repairs made-up gaps until the compiler has seen it all. Allocates; takes some 0.3 s. [engine-thread, starting] */
export function warmUpRepair(): void {
  const buffer = new JitterBuffer(4 * FRAMES, CHANNELS);
  const concealer = new ArConcealer(RATE, CHANNELS, new RepairBudget(1e9, 100));
  buffer.place(0, FRAMES);
  for (let i = 0; i < buffer.frames.length; i++) {
    buffer.frames[i] = Math.sin(i / 40) + Math.sin(i / 7) * ((Math.imul(i, 0x9e3779b1) >>> 24) / 256);
  }
  buffer.mark(0, FRAMES, ORIGIN.received);
  const gap: Gap = { start: 0, end: -1, historyFrames: 0, futureFrames: 0 };
  for (let i = 0; i < GAPS; i++) {
    const length = LENGTHS[i % LENGTHS.length];
    gap.start = 3000 + ((i * 997) % 3000);
    gap.historyFrames = gap.start;
    for (let at = 0; at < length; at += 64) {
      const known = i % 5 !== 0 || at >= 256;
      gap.end = known ? gap.start + length : -1;
      gap.futureFrames = known ? 512 : 0;
      concealer.conceal(buffer, gap, gap.start + at, Math.min(gap.start + length, gap.start + at + 64));
    }
  }
}
