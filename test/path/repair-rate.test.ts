// The code's rate and window: configured, or as receivers ask for.
import { describe, expect, it } from 'vitest';
import { RepairRate } from '../../engine/path/repair-rate.js';

const hear = (rate: RepairRate, loss: number, latencyMs: number, nowUs = 0) =>
  rate.hear(loss, latencyMs, 64, 48_000, 32, nowUs);

describe('repair rate', () => {
  it('what is configured stands, whatever receivers say', () => {
    const rate = new RepairRate({ bytesRatio: 3, adaptive: false, windowPackets: 9 });
    hear(rate, 0.5, 5);
    expect([rate.bytesRatio, rate.windowPackets]).toEqual([3, 9]);
  });

  it('the window follows the smallest latency, the ratio the worst loss', () => {
    const rate = new RepairRate({ bytesRatio: 3, adaptive: true, windowPackets: 0 });
    expect([rate.bytesRatio, rate.windowPackets]).toEqual([3, 7]);
    hear(rate, 0.01, 12);
    expect([rate.bytesRatio, rate.windowPackets]).toEqual([1.5, 7]);
    hear(rate, 0.4, 25, 1e6);
    expect([rate.bytesRatio, rate.windowPackets]).toEqual([3.5, 14]);
    hear(rate, -1, 0, 2e6);
    expect([rate.bytesRatio, rate.windowPackets]).toEqual([3, 7]);
  });
});
