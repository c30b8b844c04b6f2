// JELLIE through the whole path: any two of four descriptions restore a block, one alone gives half of it.
import { describe, expect, it } from 'vitest';
import { Simulation } from './support/simulation.js';

const JELLIE = 2;
const RATE = 48000;

describe('jellie', () => {
  for (const [loss, seed] of [
    [0, 61],
    [0.2, 62],
    [0.33, 63],
    [0.66, 64],
  ] as const) {
    it(`${loss * 100} % loss: as arithmetic says (seed ${seed})`, () => {
      const simulation = new Simulation({ seed, lossAudio: loss });
      const signal = (channel: number, frame: number) =>
        Math.fround(Math.sin((2 * Math.PI * 440 * frame) / RATE) * (channel === 0 ? 0.5 : 0.25));
      const a = simulation.addEngine();
      const b = simulation.addEngine();
      const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
      simulation.run(100_000);
      const plugin = { redundancy: JELLIE };
      simulation.addHost(a, 0, { plugin, block: () => 64, signal, startUs: 100_000 });
      simulation.run(10_100_000);
      const blocks = a.total('captured', 2, 1) / 64;
      expect(a.total('packetized', 2, 1)).toBe(blocks * 4);
      const restored = 1 - loss ** 4 - 4 * (1 - loss) * loss ** 3;
      const exact = b.total('framesReceived', 2, 0) / b.total('framesPlayed', 2, 0);
      const margin = 4 * Math.sqrt((restored * (1 - restored)) / blocks) + 1e-9;
      expect(Math.abs(exact - restored)).toBeLessThan(margin);
      const received = b.total('received', 2, 0);
      const accounted = (['rejected', 'duplicates', 'late', 'accepted'] as const)
        .map((column) => b.total(column, 2, 0))
        .reduce((x, y) => x + y);
      expect(accounted).toBe(received);
      // What one description gives is close to the truth: a sine of 440 Hz lies in the half that is kept.
      const heard = receiver.heard(0);
      let worst = 0;
      for (let f = RATE; f < 9 * RATE; f++) worst = Math.max(worst, Math.abs(heard[f + 1] - heard[f]));
      if (loss <= 0.2) expect(worst).toBeLessThan(0.1);
    });
  }
});
