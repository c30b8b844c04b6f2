// What must hold for every concealment, whatever the sound and however its gaps come about.
import { beforeAll, describe, expect, it } from 'vitest';
import { MATERIALS, type Material, makeMaterial } from '../../bench/repair/material.js';
import { concealHole, eraseHole, type Hole, ringOf } from '../../bench/repair/repair-run.js';
import { chanceOf } from '../../engine/demo/chance.js';
import { ArConcealer } from '../../engine/repair/ar-concealer.js';
import { RepairBudget } from '../../engine/repair/repair-budget.js';

const RATE = 48000;
const SEED = 20;
const FRAMES = 24000;
const unlimited = () => new RepairBudget(1e9, 100);
const repair = (x: Float32Array, hole: Hole, part?: number, sight?: number, budget = unlimited()) => {
  const buffer = ringOf([x]);
  eraseHole(buffer, hole);
  concealHole(new ArConcealer(RATE, 1, budget), buffer, hole, part, sight);
  return buffer.frames.slice(0, x.length);
};

const bytesOf = (x: Float32Array, from: number, to: number) =>
  Buffer.from(x.buffer, x.byteOffset + 4 * from, 4 * (to - from));
const sameBits = (a: Float32Array, b: Float32Array, from: number, to: number): boolean =>
  bytesOf(a, from, to).equals(bytesOf(b, from, to));

const peakOf = (x: Float32Array, from: number, to: number): number => {
  let peak = 0;
  for (let n = from; n < to; n++) if (Number.isFinite(x[n])) peak = Math.max(peak, Math.abs(x[n]));
  return peak;
};

const AWKWARD: Readonly<Record<string, (n: number) => number>> = {
  silence: () => 0,
  'a constant': () => 1,
  'denormal numbers': (n) => 1e-42 * (n % 7),
  'a full-scale square wave': (n) => (n % 109 < 54 ? 1 : -1),
  'alternating full scale': (n) => 1 - 2 * (n % 2),
  'a clipped sine': (n) => Math.max(-1, Math.min(1, 3 * Math.sin(n / 20))),
  'a single impulse': (n) => (n === 9990 ? 1 : 0),
  'no numbers': (n) => [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5][n % 4],
  'huge numbers': (n) => 3e38 * Math.sin(n / 9),
  'growth out of silence': (n) => (n < 9800 ? 0 : 1.03 ** ((n - 9800) % 400) * 1e-5),
};

beforeAll(() => process.stdout.write(`seed ${SEED}\n`));

describe('any sound', () => {
  const sounds: [string, Float32Array][] = [
    ...Object.entries(AWKWARD).map(([name, sample]): [string, Float32Array] => [
      name,
      Float32Array.from({ length: FRAMES }, (_, n) => sample(n)),
    ]),
    ...MATERIALS.map((name): [string, Float32Array] => [name, makeMaterial(name, FRAMES, RATE, SEED)]),
  ];

  it.each(sounds)('%s: finite, bounded, frames that arrived untouched', (_name, x) => {
    for (const length of [1, 64, 960, 3500]) {
      for (const sight of [Number.POSITIVE_INFINITY, 200, -1]) {
        const hole = { from: 10000, to: 10000 + length };
        const y = repair(x, hole, 64, sight);
        const loudest = Math.max(peakOf(x, 7800, hole.from), peakOf(x, hole.to, hole.to + 512));
        const filled = y.subarray(hole.from, hole.to);
        expect(filled.every((value) => Math.abs(value) <= 1.2001 * loudest)).toBe(true);
        expect(sameBits(y, x, 0, hole.from)).toBe(true);
        expect(sameBits(y, x, hole.to, x.length)).toBe(true);
      }
    }
  });

  it('needs no context: the first frames, a lone frame behind, nothing at all', () => {
    const x = makeMaterial('voice', FRAMES, RATE, SEED);
    for (const from of [0, 1, 5, 40]) {
      for (const left of [0, 1, 3, 40]) {
        const short = x.slice(0, from + 300 + left);
        const y = repair(short, { from, to: from + 300 });
        expect(y.every((value) => Math.abs(value) <= 1.2 * 0.51)).toBe(true);
      }
    }
  });
});

describe('joins', () => {
  const worstStep = (y: Float32Array, from: number, to: number): number => {
    let worst = 0;
    for (let n = from; n < to; n++) worst = Math.max(worst, Math.abs(y[n] - y[n - 1]));
    return worst;
  };

  // The far side comes into sight at once, in the middle, just before the end, or never.
  const cases = (['piano', 'strings', 'voice', 'bass', 'mix', 'sine'] as Material[]).flatMap((material) =>
    [Number.POSITIVE_INFINITY, 480, 150, 64].map((sight) => [material, sight] as const),
  );
  it.each(cases)('%s, in sight %d frames before: no step the sound itself has not', (material, sight) => {
    const x = makeMaterial(material, FRAMES, RATE, SEED);
    const chance = chanceOf(SEED);
    for (let i = 0; i < 4; i++) {
      const from = 6000 + Math.floor(8000 * chance());
      const to = from + Math.floor(20 + 1400 * chance());
      const y = repair(x, { from, to }, 64, sight);
      expect(worstStep(y, from, to + 1)).toBeLessThanOrEqual(2 * worstStep(x, from - 1500, to + 500) + 1e-4);
    }
  });

  it('parts of any size give the same sound', () => {
    const x = makeMaterial('mix', FRAMES, RATE, SEED);
    for (const sight of [Number.POSITIVE_INFINITY, -1]) {
      for (const length of [100, 900, 3500]) {
        const hole = { from: 9000, to: 9000 + length };
        const whole = repair(x, hole, length, sight);
        for (const part of [1, 17, 64, 333]) {
          expect(sameBits(repair(x, hole, part, sight), whole, 0, FRAMES), `parts of ${part}`).toBe(true);
        }
      }
    }
  });

  it('without a far side it fades after 10 ms and is silent after 60', () => {
    const x = makeMaterial('sine', FRAMES, RATE, SEED);
    const y = repair(x, { from: 9000, to: 15000 }, 64, -1);
    const peak = (fromMs: number, toMs: number) =>
      Math.max(...y.subarray(9000 + fromMs * 48, 9000 + toMs * 48).map(Math.abs));
    expect(peak(0, 10)).toBeGreaterThan(0.4);
    expect(peak(40, 50)).toBeLessThan(0.25);
    expect(peak(60, 125)).toBe(0);
  });
});

describe('the budget', () => {
  const x = makeMaterial('piano', FRAMES, RATE, SEED);

  it('what exceeds it is concealed cheaply and counted, and repaired again in the next tick', () => {
    const budget = new RepairBudget(400);
    const concealer = new ArConcealer(RATE, 1, budget);
    const buffer = ringOf([x]);
    for (let i = 0; i < 12; i++) {
      if (i % 6 === 0) budget.beginTick();
      const hole = { from: 4000 + 1500 * i, to: 4064 + 1500 * i };
      eraseHole(buffer, hole);
      concealHole(concealer, buffer, hole, 32);
    }
    expect(concealer.cheapFrames).toBeGreaterThan(0);
    expect(concealer.repairedFrames).toBeGreaterThan(0);
    expect(concealer.cheapFrames + concealer.repairedFrames).toBe(12 * 64);
    expect(budget.operationsLeft).toBeGreaterThanOrEqual(0);
  });

  it('nothing to spend: everything is cheap, and still joins', () => {
    const budget = new RepairBudget(0);
    const concealer = new ArConcealer(RATE, 1, budget);
    const buffer = ringOf([x]);
    const hole = { from: 9000, to: 9700 };
    eraseHole(buffer, hole);
    concealHole(concealer, buffer, hole, 64, 300);
    expect(concealer.cheapFrames).toBe(700);
    const y = buffer.frames;
    for (let n = 9000; n <= 9700; n++) expect(Math.abs(y[n] - y[n - 1])).toBeLessThan(0.3);
  });
});
