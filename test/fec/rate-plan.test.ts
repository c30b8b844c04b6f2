import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveRate, HOLD_US, RATE_STEPS } from '../../engine/fec/adaptive-rate.js';
import { RatePlan, REPAIRS_PER_PACKET_MAX, windowPacketsFor } from '../../engine/fec/rate-plan.js';

describe('the rate plan', () => {
  it('spends the bytes it may and no more, evenly', () => {
    const ratio = fc.double({ min: 1, max: 5, noNaN: true });
    const bytes = fc.integer({ min: 80, max: 1400 });
    fc.assert(
      fc.property(ratio, bytes, fc.nat(60), (bytesRatio, sourceBytes, more) => {
        const plan = new RatePlan(bytesRatio);
        const repairBytes = sourceBytes + more;
        const share = ((bytesRatio - 1) * sourceBytes) / repairBytes;
        let repairs = 0;
        let uneven = 0;
        for (let packet = 1; packet <= 500; packet++) {
          const now = plan.repairsAfter(sourceBytes, repairBytes);
          repairs += now;
          if (now < Math.floor(share - 1e-9) || now > Math.ceil(share + 1e-9)) uneven++;
          if (Math.abs(repairs - packet * share) > 1 + 1e-6) uneven++;
        }
        expect(uneven).toBe(0);
        expect(500 * sourceBytes + repairs * repairBytes).toBeLessThanOrEqual(
          500 * sourceBytes * bytesRatio + 1,
        );
      }),
    );
  });

  it('owes a bounded number, whatever sizes follow each other', () => {
    const plan = new RatePlan(5);
    for (let k = 0; k < 20; k++) plan.repairsAfter(9000, 9028);
    let burst = 0;
    for (let k = 0; k < 10; k++) {
      const repairs = plan.repairsAfter(100, 128);
      expect(repairs).toBeLessThanOrEqual(REPAIRS_PER_PACKET_MAX);
      burst += repairs;
    }
    expect(burst).toBeLessThanOrEqual(REPAIRS_PER_PACKET_MAX + 40);
  });

  it('sends none at 1 and below, and begins anew with nothing owed', () => {
    const plan = new RatePlan(3);
    plan.repairsAfter(100, 150);
    plan.setRatio(0.2);
    expect(plan.ratio).toBe(1);
    plan.begin();
    expect(Array.from({ length: 50 }, () => plan.repairsAfter(100, 128)).every((n) => n === 0)).toBe(true);
  });

  it('chooses the window by the packets in the latency', () => {
    expect(windowPacketsFor(12, 64, 48000, 32)).toBe(7);
    expect(windowPacketsFor(25, 64, 48000, 32)).toBe(14);
    expect(windowPacketsFor(5, 64, 48000, 32)).toBe(4);
    expect(windowPacketsFor(12, 16, 48000, 32)).toBe(28);
    expect(windowPacketsFor(500, 64, 96000, 32)).toBe(32);
  });
});

describe('the adaptive rate', () => {
  it('stays at the default without receivers, and returns to it when they fall silent', () => {
    const rate = new AdaptiveRate(3);
    expect(rate.bytesRatio).toBe(3);
    expect(rate.update(-1, 0)).toBe(3);
    expect(rate.update(0, 1)).toBe(1.5);
    expect(rate.update(Number.NaN, 2)).toBe(3);
  });

  it('has a step for every loss, each higher than the one before', () => {
    const rate = (loss: number): number => new AdaptiveRate(3).update(loss, 0);
    expect([0, 0.02, 0.1, 0.2, 0.33, 0.4, 0.5, 0.51, 1].map(rate)).toEqual([
      1.5, 1.5, 2, 2.5, 3, 3.5, 4, 5, 5,
    ]);
    expect(RATE_STEPS.at(-1)?.lossMax).toBe(1);
    RATE_STEPS.slice(1).forEach((step, index) => {
      expect(step.lossMax).toBeGreaterThan(RATE_STEPS[index].lossMax);
      expect(step.bytesRatio).toBeGreaterThan(RATE_STEPS[index].bytesRatio);
    });
  });

  it('rises at once, falls step by step, and does not flutter at a limit', () => {
    const rate = new AdaptiveRate(3);
    expect(rate.update(0.05, 0)).toBe(2);
    expect(rate.update(0.3, 1)).toBe(3);
    for (let s = 0; s < 60; s++) expect(rate.update(s % 2 ? 0.19 : 0.21, s * 1e6)).toBe(3);
    const since = 60e6;
    expect(rate.update(0.01, since)).toBe(3);
    expect(rate.update(0.01, since + HOLD_US)).toBe(2.5);
    expect(rate.update(0.01, since + HOLD_US + 1)).toBe(2.5);
    expect(rate.update(0.01, since + 2 * HOLD_US)).toBe(2);
    expect(rate.update(0.09, since + 2.5 * HOLD_US)).toBe(2);
    expect(rate.update(0.01, since + 3 * HOLD_US)).toBe(2);
    expect(rate.update(0.01, since + 4 * HOLD_US)).toBe(1.5);
    expect(rate.update(0.01, since + 9 * HOLD_US)).toBe(1.5);
  });
});
