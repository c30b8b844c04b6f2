import { describe, expect, it } from 'vitest';
import { moreLatencyMs, suitableLatencyMs, worstWakeUpMs } from '../../engine/demo/punctuality.js';

describe('the latency for a machine', () => {
  it('is the usual one where threads wake in time and have priority', () => {
    expect(suitableLatencyMs(0.2, true)).toBe(24);
    expect(suitableLatencyMs(0.2, false)).toBe(48);
  });

  it('grows with what the machine is late, within bounds', () => {
    expect(suitableLatencyMs(3, true)).toBe(48);
    expect(suitableLatencyMs(12, true)).toBe(72);
    expect(suitableLatencyMs(500, false)).toBe(100);
  });

  it('is tried larger when frames came too late, as long as there is a larger one', () => {
    expect(moreLatencyMs(0, 24)).toBeUndefined();
    expect(moreLatencyMs(2280, 24)).toBe(100);
    expect(moreLatencyMs(2280, 100)).toBeUndefined();
  });

  it('is measured: a wake-up is never early by more than a timer tick', () => {
    expect(worstWakeUpMs(50)).toBeGreaterThan(-1);
  });
});
