import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsualRoundTrip } from '../../../engine/gpu/pipeline/usual-round-trip.js';

function usualOf(rounds: readonly number[]): number {
  const usual = new UsualRoundTrip();
  for (const us of rounds) usual.observe(us);
  return usual.us;
}

describe('the usual round trip', () => {
  it('is what three of four keep, wherever they lie', () => {
    const each = fc.integer({ min: 200, max: 20_000 });
    fc.assert(
      fc.property(each, fc.integer(), (scaleUs, seed) => {
        let state = seed >>> 0;
        const random = () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return state / 2 ** 32;
        };
        const usual = new UsualRoundTrip();
        for (let i = 0; i < 200; i++) usual.observe(scaleUs * (1 + random()));
        let kept = 0;
        for (let i = 0; i < 2000; i++) {
          const us = scaleUs * (1 + random());
          if (us <= usual.us) kept++;
          usual.observe(us);
        }
        expect(kept / 2000).toBeGreaterThan(0.7);
        expect(kept / 2000).toBeLessThan(0.8);
      }),
    );
  });

  it('does not mind that one of twenty took a hundred times as long', () => {
    const rounds = Array.from({ length: 400 }, (_, i) => (i % 20 === 19 ? 150_000 : 1500));
    expect(usualOf(rounds)).toBeLessThan(2500);
  });

  it('follows within some twenty batches when all take longer, or less long', () => {
    expect(usualOf(Array.from({ length: 25 }, () => 15_000))).toBeGreaterThan(14_000);
    const rounds = Array.from({ length: 90 }, (_, i) => (i < 30 ? 15_000 : 1000));
    expect(usualOf(rounds)).toBeLessThan(1300);
  });

  it('is tried again after it was not', () => {
    const usual = new UsualRoundTrip();
    for (let i = 0; i < 40; i++) usual.observe(50_000);
    for (let i = 0; i < 8000; i++) usual.passOver();
    expect(usual.us).toBeLessThan(1000);
  });
});
