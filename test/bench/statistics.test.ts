import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, medianOfPercentiles, percentile, rounded } from '../../bench/support/statistics.js';

describe('percentiles', () => {
  test('are the nearest rank', () => {
    const values = [15, 20, 35, 40, 50];
    expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => percentile(values, share))).toEqual([15, 20, 20, 35, 50]);
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0)).toBe(1);
  });

  test('of nothing are not a number', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(rounded(percentile([], 0.5))).toBeNull();
    expect(rounded(12.345, 2)).toBe(12.35);
  });

  test('are values that were measured, and split them as they say', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const found = percentile(all, share);
        expect(all).toContain(found);
        expect(all.filter((value) => value <= found).length).toBeGreaterThanOrEqual(
          share * all.length - 1e-9,
        );
        expect(all.filter((value) => value < found).length).toBeLessThanOrEqual(share * all.length + 1e-9);
      }),
    );
  });

  test('one disturbed repetition does not move the median of repetitions', () => {
    const calm = [1, 2, 3];
    expect(medianOfPercentiles([calm, calm, [900, 1000, 1100], []], 0.5)).toBe(2);
    expect(median([3, 1, 2])).toBe(2);
  });
});
