import { describe, expect, it } from 'vitest';
import { lossesMax, weightedLossesMax } from '../../engine/demo/arithmetic.js';

describe('what chance allows', () => {
  it('agrees with binomials worked out by hand', () => {
    // P(X = 0) = 0.5, P(X <= 1) = 1
    expect(lossesMax(1, 0.5, 0.4)).toBe(0);
    expect(lossesMax(1, 0.5, 0.6)).toBe(1);
    // 10 coins: P(X <= 8) = 1013/1024 = 0.98926, P(X <= 9) = 0.99902
    expect(lossesMax(10, 0.5, 0.989)).toBe(8);
    expect(lossesMax(10, 0.5, 0.99)).toBe(9);
    // Poisson with mean 1.875 (15000 packets, 5 % lost, three copies): P(X <= 6) = 0.9964, P(X <= 7) = 0.99926
    expect(lossesMax(15_000, 0.05 ** 3, 0.999)).toBe(7);
  });

  it('counts what a packet carries', () => {
    expect(weightedLossesMax([5, 5], 0.1, 0.8)).toBe(0); // 0.81 nothing
    expect(weightedLossesMax([5, 5], 0.1, 0.9)).toBe(5);
    expect(weightedLossesMax([5, 5], 0.1, 0.999)).toBe(10);
    expect(weightedLossesMax([1, 9], 0.1, 0.85)).toBe(1); // 0.81 + 0.09
  });

  it('knows the certain cases', () => {
    expect(weightedLossesMax([3, 4], 0, 0.999)).toBe(0);
    expect(weightedLossesMax([3, 4], 1, 0.999)).toBe(7);
    expect(weightedLossesMax([], 0.5, 0.999)).toBe(0);
  });
});
