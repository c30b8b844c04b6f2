import { describe, expect, it } from 'vitest';
import { makeMaterial } from '../../bench/repair/material.js';
import { measureCost } from '../../bench/repair/repair-cost.js';
import { OPERATIONS_PER_US, RepairBudget, StreamAllowance } from '../../engine/repair/repair-budget.js';

describe('the budget of a tick', () => {
  it('is spent whole or not at all, and comes back with the next tick', () => {
    const budget = new RepairBudget(10, 1);
    const whole = 10 * OPERATIONS_PER_US;
    expect(budget.take(whole - 1)).toBe(true);
    expect(budget.take(2)).toBe(false);
    expect(budget.take(1)).toBe(true);
    expect(budget.take(1)).toBe(false);
    budget.beginTick();
    expect(budget.operationsLeft).toBe(whole);
    expect(budget.operationsSpent).toBe(whole);
    budget.setTick(20);
    expect(budget.take(whole + 1)).toBe(false);
    budget.beginTick();
    expect(budget.take(2 * whole)).toBe(true);
  });
});

describe('the allowance of a stream', () => {
  it('is earned by frames, up to a bound, and keeps half of itself from luxury', () => {
    const allowance = new StreamAllowance(new RepairBudget(1e9, 0.01), 48000);
    const perSecond = 0.01 * OPERATIONS_PER_US * 1e6;
    const full = 0.15 * perSecond;
    expect(allowance.take(full * 0.6, true)).toBe(false);
    expect(allowance.take(full * 0.5, true)).toBe(true);
    expect(allowance.take(full * 0.5)).toBe(true);
    expect(allowance.take(1)).toBe(false);
    allowance.earn(1000);
    expect(allowance.take(1)).toBe(false);
    allowance.earn(1048);
    expect(allowance.take(perSecond / 1000)).toBe(true);
    allowance.earn(0);
    expect(allowance.take(1)).toBe(false);
    allowance.earn(48000 * 100);
    expect(allowance.take(full + 1)).toBe(false);
    expect(allowance.take(full)).toBe(true);
  });

  it('a stereo stream at 10 % loss stays within its share of a core', () => {
    const planes = [7, 8].map((seed) => makeMaterial('drums', 4 * 48_000, 48_000, seed));
    const cost = measureCost(planes, 0.1, 7);
    // What was saved at the start may be spent on top.
    expect(cost.megaOperations * 1e6 * 4).toBeLessThanOrEqual((4 + 0.15) * 0.03 * OPERATIONS_PER_US * 1e6);
    expect(cost.repairedFrames).toBeGreaterThan(0.97 * (cost.repairedFrames + cost.cheapFrames));
  });
});
