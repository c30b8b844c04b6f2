// The longest receive latency holds at every rate, with the largest blocks at both ends.
import { describe, expect, it } from 'vitest';
import { Simulation } from './support/simulation.js';

const LATENCY_MS = 500;
const ramp = (_: number, frame: number) => Math.fround((frame + 1) / 2 ** 22);

describe(`${LATENCY_MS} ms of receive latency`, () => {
  for (const sampleRate of [22_050, 48_000, 96_000, 192_000]) {
    for (const blockFrames of [64, 8192]) {
      it(`at ${sampleRate} Hz in blocks of ${blockFrames}`, () => {
        const simulation = new Simulation();
        const [a, b] = [simulation.addEngine(), simulation.addEngine()];
        const plugin = { sampleRate, blockFramesMax: blockFrames };
        const block = () => blockFrames;
        const receiver = simulation.addHost(b, 0, {
          ...{ plugin: { ...plugin, mode: 'receive', latencyMs: LATENCY_MS }, block },
        });
        simulation.run(400_000);
        simulation.addHost(a, 0, { plugin, block, signal: ramp, startUs: 400_000 });
        simulation.run(4_000_000);
        const heard = receiver.heard(0);
        const offset = heard.indexOf(ramp(0, 0));
        expect(offset).toBeGreaterThan(0.9 * sampleRate);
        expect(heard.length - offset).toBeGreaterThan(sampleRate);
        const wrong = heard.subarray(offset).findIndex((sample, frame) => sample !== ramp(0, frame));
        expect(wrong).toBe(-1);
        expect(receiver.plugin.underrunFrames).toBe(0);
      });
    }
  }
});
