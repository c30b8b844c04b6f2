import { describe, expect, it } from 'vitest';
import { LatenessMeter } from '../../engine/path/lateness-meter.js';

describe('suggested latency', () => {
  it('says nothing before enough is known', () => {
    const meter = new LatenessMeter();
    for (let i = 0; i < 400; i++) meter.observe(3000);
    expect(meter.suggestedMs()).toBe(0);
  });

  it('covers all but one packet in a thousand, and the engine itself', () => {
    const meter = new LatenessMeter();
    for (let i = 0; i < 5000; i++) meter.observe(i % 1250 === 7 ? 90_000 : (i * 37) % 4000);
    expect(meter.suggestedMs()).toBeGreaterThanOrEqual(5);
    expect(meter.suggestedMs()).toBeLessThanOrEqual(5.5);
    for (let i = 0; i < 5000; i++) meter.observe(i % 100 === 0 ? 20_000 : 0);
    expect(meter.suggestedMs()).toBeGreaterThanOrEqual(21);
  });

  it('forgets a bad hour', () => {
    const meter = new LatenessMeter();
    for (let i = 0; i < 20_000; i++) meter.observe(80_000);
    expect(meter.suggestedMs()).toBeGreaterThan(80);
    for (let i = 0; i < 200_000; i++) meter.observe(1000);
    expect(meter.suggestedMs()).toBeLessThanOrEqual(3);
  });
});
