import { describe, expect, it } from 'vitest';
import { makeMaterial } from '../../bench/repair/material.js';
import { concealHole, eraseHole, ringOf } from '../../bench/repair/repair-run.js';
import { ArConcealer } from '../../engine/repair/ar-concealer.js';
import { RepairBudget } from '../../engine/repair/repair-budget.js';
import { warmUpRepair } from '../../engine/repair/warm-up.js';

/** Processor time of one repair, in microseconds. */
function firstRepairUs(x: Float32Array): number {
  const buffer = ringOf([x, x]);
  const concealer = new ArConcealer(48000, 2, new RepairBudget());
  const hole = { from: 9000, to: 9064 };
  eraseHole(buffer, hole);
  const before = process.cpuUsage();
  concealHole(concealer, buffer, hole);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

describe('the warm-up', () => {
  it('makes the first repair many times faster', () => {
    const x = makeMaterial('strings', 12000, 48000, 1);
    const cold = firstRepairUs(x);
    warmUpRepair();
    const warm = Math.min(firstRepairUs(x), firstRepairUs(x), firstRepairUs(x));
    expect(warm).toBeLessThan(cold / 3);
  });
});
