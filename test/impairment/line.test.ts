// What else a bad line does: partitions, inverted bits, long tails, queues.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLIPPED_BITS_MAX, flipBits } from '../../engine/impairment/corruption.js';
import {
  Fate,
  Impairment,
  type ImpairmentOptions,
  NO_IMPAIRMENT,
  PacketIdentity,
} from '../../engine/impairment/impairment.js';
import { jitterOf } from '../../engine/impairment/jitter.js';
import { isCut } from '../../engine/impairment/partition.js';

/** The fates of packets a millisecond apart. */
function fates(options: Partial<ImpairmentOptions>, packets: number): Fate[] {
  const model = new Impairment({ ...NO_IMPAIRMENT, ...options });
  return Array.from({ length: packets }, (_, sequence) => {
    const fate = new Fate();
    model.decide(0, Object.assign(new PacketIdentity(), { type: 2, sequence }), fate, sequence * 1000);
    return fate;
  });
}

describe('partitions', () => {
  it('nothing passes from the first to the last microsecond, then all does; again and again where asked', () => {
    const partitions = [
      { fromMs: 10, toMs: 15, everyMs: 0 },
      { fromMs: 100, toMs: 102, everyMs: 50 },
    ];
    const cut = fates({ partitions }, 300).flatMap((fate, ms) => (fate.lost ? [ms] : []));
    expect(cut).toEqual([10, 11, 12, 13, 14, 100, 101, 150, 151, 200, 201, 250, 251]);
    expect(isCut(partitions, 14_999)).toBe(true);
    expect(isCut(partitions, 15_000)).toBe(false);
    expect(isCut(partitions, 9_999)).toBe(false);
  });

  it('are told apart from other losses', () => {
    const all = fates({ lossAudio: 1, partitions: [{ fromMs: 5, toMs: 6, everyMs: 0 }] }, 10);
    expect(all.map(({ cut }) => cut).indexOf(true)).toBe(5);
    expect(all.every(({ lost, copies }) => lost && copies === 0)).toBe(true);
  });
});

describe('corruption', () => {
  it('hits as many packets as asked for, with as many bits', () => {
    const hit = fates({ corrupt: 0.1, corruptBits: 3 }, 20_000).filter(({ flippedBits }) => flippedBits > 0);
    expect(Math.abs(hit.length - 2000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.09));
    const counts = [1, 2, 3].map((bits) => hit.filter(({ flippedBits }) => flippedBits === bits).length);
    expect(counts.reduce((a, b) => a + b)).toBe(hit.length);
    for (const count of counts) expect(count).toBeGreaterThan(hit.length / 4);
  });

  it('inverts exactly so many bits, inside the packet only, the same ones by seed', () => {
    const property = fc.property(
      ...([
        fc.nat(),
        fc.integer({ min: 1, max: FLIPPED_BITS_MAX }),
        fc.integer({ min: 1, max: 50 }),
      ] as const),
      (seed, bits, length) => {
        const bytes = new Uint8Array(length + 20);
        flipBits(bytes, 10, length, seed, bits);
        const again = new Uint8Array(length + 20);
        flipBits(again, 10, length, seed, bits);
        expect(again).toEqual(bytes);
        const ones = [...bytes].map((byte) => byte.toString(2).replaceAll('0', '').length);
        expect(ones.reduce((a, b) => a + b)).toBe(bits);
        expect([...ones.slice(0, 10), ...ones.slice(10 + length)].every((count) => count === 0)).toBe(true);
      },
    );
    fc.assert(property);
  });
});

describe('delay', () => {
  it('a Pareto tail: the mean that was asked for, and one packet in a hundred eight times as late', () => {
    const chances = Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000);
    const delays = chances.map((chance) => jitterOf('pareto', 4, chance));
    const mean = delays.reduce((a, b) => a + b) / delays.length;
    expect(Math.abs(mean - 4)).toBeLessThan(0.1);
    const late = delays.filter((delay) => delay > 32).length / delays.length;
    expect(late).toBeGreaterThan(0.008);
    expect(late).toBeLessThan(0.012);
    expect(Math.max(...delays.slice(-10))).toBeLessThanOrEqual(200);
  });

  it('jitter lets packets overtake, a queue does not, and one that is held back still is overtaken', () => {
    const arrivals = (options: Partial<ImpairmentOptions>) =>
      fates({ jitterMs: 5, jitterShape: 'exponential', ...options }, 2000).map(
        ({ delayUs, reordered }, sequence) => ({ atUs: sequence * 1000 + delayUs, reordered }),
      );
    const overtaken = (list: readonly { atUs: number }[]) =>
      list.filter(({ atUs }, i) => i > 0 && atUs < list[i - 1].atUs).length;
    expect(overtaken(arrivals({}))).toBeGreaterThan(500);
    const queue = arrivals({ inOrder: true });
    expect(overtaken(queue)).toBe(0);
    const free = arrivals({});
    expect(queue.every(({ atUs }, i) => atUs >= free[i].atUs)).toBe(true);
    const held = arrivals({ inOrder: true, reorder: 0.1, reorderHoldMs: 50 });
    expect(overtaken(held.filter(({ reordered }) => !reordered))).toBe(0);
    expect(overtaken(held)).toBeGreaterThan(100);
  });
});
