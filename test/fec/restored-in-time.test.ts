// What the code promises at 12 ms: 9 packets of 64 frames at 48 kHz, headers and all in the bytes.
import { describe, expect, it } from 'vitest';
import { lossOf } from '../../bench/fec/loss-model.js';
import { delaysOf, shareWithin } from '../../bench/fec/shares-in-time.js';
import { windowPacketsFor } from '../../engine/fec/rate-plan.js';

const windowPackets = windowPacketsFor(12, 64, 48000, 32);
const share = (loss: number, burstPackets: number, bytesRatio: number, within: number): number => {
  const delays = delaysOf({ loss, burstPackets }, { bytesRatio, windowPackets, packets: 30_000, seed: 77 });
  return shareWithin(delays, within);
};

describe('packets restored in time', () => {
  it('at 33 % loss and 3 times the bytes: more than 99.95 %', () => {
    expect(share(0.33, 0, 3, 9)).toBeGreaterThanOrEqual(99.95);
  });

  it('at 10 % loss and twice the bytes: more than 99.99 %', () => {
    expect(share(0.1, 0, 2, 9)).toBeGreaterThanOrEqual(99.99);
  });

  it('at 33 % loss in bursts of 2: more than 99.8 %; in bursts of 6: more than 93 %', () => {
    expect(share(0.33, 2, 3, 9)).toBeGreaterThanOrEqual(99.8);
    expect(share(0.33, 6, 3, 9)).toBeGreaterThanOrEqual(93);
  });

  it('nothing but what came, at the plain rate', () => {
    expect(Math.abs(share(0.33, 0, 1, 15) - 67)).toBeLessThan(1);
  });
});

describe('the loss model of the measurements', () => {
  it.each([
    [0.1, 0],
    [0.33, 0],
    [0.1, 2],
    [0.33, 6],
    [0.33, 16],
  ])('loses a share of %d, in bursts of %d', (loss, burstPackets) => {
    const lost = lossOf({ loss, burstPackets }, 5);
    let [total, bursts, before] = [0, 0, false];
    for (let k = 0; k < 400_000; k++) {
      const now = lost();
      if (now) total++;
      if (now && !before) bursts++;
      before = now;
    }
    const mean = burstPackets || 1 / (1 - loss);
    expect(Math.abs(total / 400_000 - loss)).toBeLessThan(0.01);
    expect(Math.abs(total / bursts / mean - 1)).toBeLessThan(0.05);
  });
});
