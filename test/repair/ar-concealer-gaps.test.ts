// Gaps as lines make them: their ends move, they follow one another, they lie across the ring's end.
import { describe, expect, it } from 'vitest';
import { makeMaterial } from '../../bench/repair/material.js';
import { gapSnrDb } from '../../bench/repair/measure.js';
import { concealHole, eraseHole, ringOf } from '../../bench/repair/repair-run.js';
import { JitterBuffer, ORIGIN } from '../../engine/path/jitter-buffer.js';
import { ArConcealer } from '../../engine/repair/ar-concealer.js';
import type { Gap } from '../../engine/repair/concealer.js';
import { RepairBudget } from '../../engine/repair/repair-budget.js';

const RATE = 48000;
const SEED = 31;
const FRAMES = 20000;
const unlimited = () => new RepairBudget(1e9, 100);

const slopeOf = (x: Float32Array, from: number, to: number): number => {
  let slope = 0;
  for (let n = from; n < to; n++) slope = Math.max(slope, Math.abs(x[n] - x[n - 1]));
  return slope;
};

describe('the far side', () => {
  it('may come nearer while the gap is played, again and again', () => {
    const x = makeMaterial('piano', FRAMES, RATE, SEED);
    const buffer = ringOf([x]);
    const from = 9000;
    eraseHole(buffer, { from, to: 10600 });
    const concealer = new ArConcealer(RATE, 1, unlimited());
    const gap: Gap = { start: from, end: -1, historyFrames: from, futureFrames: 0 };
    for (let at = from; at < from + 640; at += 64) {
      // Later packets first: the end is unknown, then 1600, 1088, at last 640 frames away.
      const away = at < from + 128 ? -1 : at < from + 256 ? 1600 : at < from + 448 ? 1088 : 640;
      gap.end = away < 0 ? -1 : from + away;
      gap.futureFrames = away < 0 ? 0 : 128;
      if (away > 0) buffer.frames.set(x.subarray(gap.end, gap.end + 128), gap.end);
      concealer.conceal(buffer, gap, at, at + 64);
    }
    const y = buffer.frames;
    expect(slopeOf(y, from, from + 641)).toBeLessThan(1.5 * slopeOf(x, from - 2000, from + 1000));
    expect(concealer.cheapFrames).toBe(0);
  });

  it('makes the second half of a gap better that was begun without it', () => {
    const x = makeMaterial('strings', FRAMES, RATE, SEED);
    const snr = (sight: number) => {
      const buffer = ringOf([x]);
      const hole = { from: 9000, to: 9000 + 1280 };
      eraseHole(buffer, hole);
      concealHole(new ArConcealer(RATE, 1, unlimited()), buffer, hole, 64, sight);
      return gapSnrDb(x, buffer.frames, 9640, 10280) as number;
    };
    expect(snr(640)).toBeGreaterThan(snr(-1) + 0.2);
  });
});

describe('streams', () => {
  it.each([8000, 22050, 44100, 96000, 192000])('at %d Hz', (rate) => {
    const x = makeMaterial('sine', FRAMES, rate, SEED);
    const buffer = ringOf([x]);
    const hole = { from: 9000, to: 9000 + Math.round(rate / 400) };
    eraseHole(buffer, hole);
    concealHole(new ArConcealer(rate, 1, unlimited()), buffer, hole, 64);
    expect(gapSnrDb(x, buffer.frames, hole.from, hole.to)).toBeGreaterThan(50);
  });

  it('channels do not hear each other', () => {
    const a = makeMaterial('voice', FRAMES, RATE, SEED);
    const b = makeMaterial('drums', FRAMES, RATE, SEED);
    const hole = { from: 9000, to: 9500 };
    const both = ringOf([a, b]);
    eraseHole(both, hole);
    concealHole(new ArConcealer(RATE, 2, unlimited()), both, hole, 64);
    const alone = ringOf([a]);
    eraseHole(alone, hole);
    concealHole(new ArConcealer(RATE, 1, unlimited()), alone, hole, 64);
    expect(both.frames.subarray(9000, 9500)).toEqual(alone.frames.subarray(9000, 9500));
    expect(both.frames.subarray(both.ringFrames, both.ringFrames + 9000)).toEqual(b.subarray(0, 9000));
  });

  it('a gap across the end of the ring sounds like any other', () => {
    const x = makeMaterial('strings', FRAMES, RATE, SEED);
    const at = (shift: number) => {
      const buffer = new JitterBuffer(1 << 15, 1);
      buffer.place(shift, 12000);
      for (let n = 0; n < 12000; n++) buffer.frames[(n + shift) & buffer.mask] = x[n];
      buffer.mark(shift, 12000, ORIGIN.received);
      const gap = { start: shift + 9000, end: shift + 9700, historyFrames: 9000, futureFrames: 512 };
      const concealer = new ArConcealer(RATE, 1, unlimited());
      for (let n = 0; n < 700; n++) buffer.frames[(shift + 9000 + n) & buffer.mask] = 0;
      concealer.conceal(buffer, gap, gap.start, gap.end);
      return Float32Array.from({ length: 700 }, (_, n) => buffer.frames[(shift + 9000 + n) & buffer.mask]);
    };
    const plain = at(0);
    const across = at((1 << 15) * 5 - 9300);
    // Only the noise in it depends on the frame's number.
    expect(gapSnrDb(plain, across, 0, 700)).toBeGreaterThan(20);
    expect(slopeOf(across, 1, 700)).toBeLessThan(2 * slopeOf(x, 7000, 12000));
  });
});

describe('memory', () => {
  it('a call allocates nothing', () => {
    const x = makeMaterial('mix', FRAMES, RATE, SEED);
    const buffer = ringOf([x, x]);
    const concealer = new ArConcealer(RATE, 2, unlimited());
    const gap: Gap = { start: 0, end: 0, historyFrames: 0, futureFrames: 512 };
    const round = (calls: number) => {
      for (let i = 0; i < calls; i++) {
        gap.start = 5000 + (i % 10) * 1000;
        gap.end = i % 7 === 0 ? -1 : gap.start + (i % 3 === 0 ? 600 : 64);
        gap.futureFrames = gap.end < 0 ? 0 : 300;
        gap.historyFrames = gap.start;
        concealer.conceal(buffer, gap, gap.start, gap.start + 64);
      }
    };
    round(1500);
    const before = process.memoryUsage();
    round(200);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThanOrEqual(0);
    expect((after.heapUsed - before.heapUsed) / 200).toBeLessThan(400);
  });
});
