// Who joins a channel on which others play already is heard from the first frame on.
import { describe, expect, it } from 'vitest';
import { Simulation } from './support/simulation.js';

const RATE = 48000;
// Sums of the two are exact, and tell both.
const low = (_: number, frame: number) => ((frame % 2047) + 1) / 2 ** 23;
const high = (_: number, frame: number) => ((frame % 2039) + 1) / 2 ** 12;

describe('a newcomer on a channel', () => {
  for (const [first, second] of [
    [4096, 64],
    [64, 4096],
    [64, 64],
  ]) {
    it(`with blocks of ${second} joins one with blocks of ${first}`, () => {
      const simulation = new Simulation();
      const [a, b, c] = [simulation.addEngine(), simulation.addEngine(), simulation.addEngine()];
      const receiver = simulation.addHost(c, 0, { plugin: { mode: 'receive' }, block: () => 64 });
      simulation.run(200_000);
      const host = (blockFrames: number, signal: typeof low, startUs: number) => ({
        ...{ plugin: { blockFramesMax: blockFrames }, block: () => blockFrames, signal, startUs },
      });
      simulation.addHost(a, 0, host(first, low, 200_000));
      simulation.run(1_000_000);
      simulation.addHost(b, 0, host(second, high, 1_000_000));
      simulation.run(2_000_000);
      const heard = receiver.heard(0);
      const lowAt = heard.indexOf(low(0, 0));
      const highAt = heard.findIndex((sample) => sample >= 2 ** -12);
      expect(lowAt).toBeGreaterThan(0);
      const wrong: number[] = [];
      for (let at = lowAt; at < lowAt + 1.5 * RATE; at++) {
        const sum = low(0, at - lowAt) + (at < highAt ? 0 : high(0, at - highAt));
        if (heard[at] !== Math.fround(sum)) wrong.push(at);
      }
      expect(wrong.slice(0, 5), `${wrong.length} frames; the newcomer at ${highAt}`).toEqual([]);
    });
  }
});
