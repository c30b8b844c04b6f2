// A stream whose place in time no longer fits is put in a new one: heard again, and without a click.
import { describe, expect, it } from 'vitest';
import { Simulation } from './support/simulation.js';

const RATE = 48_000;
const HZ = 500;

const tone = (_: number, frame: number) => 0.5 * Math.sin((2 * Math.PI * HZ * frame) / RATE);

/** The largest step between neighbours; a sine of 500 Hz and 0.5 steps by 0.033 at most. */
function steepest(heard: Float32Array, from: number): number {
  let steepest = 0;
  for (let n = from; n < heard.length; n++) steepest = Math.max(steepest, Math.abs(heard[n] - heard[n - 1]));
  return steepest;
}

function hears(heard: Float32Array, from: number, to: number): boolean {
  return heard.subarray(from, to).some((sample) => Math.abs(sample) > 0.4);
}

describe('a new place in time', () => {
  it('after the way has become longer than the receive latency', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const host = simulation.addHost(b, 0, { plugin: { mode: 'receive', latencyMs: 10 }, block: () => 64 });
    simulation.addHost(a, 0, { plugin: { redundancy: 0 }, block: () => 64, signal: tone });
    simulation.run(2e6);
    simulation.extraDelayUs = 40_000;
    simulation.run(5e6);
    const heard = host.heard(0);
    expect(hears(heard, RATE, 2 * RATE)).toBe(true);
    expect(hears(heard, 3 * RATE, 5 * RATE)).toBe(true);
    expect(steepest(heard, RATE)).toBeLessThan(0.04);
    expect(b.total('late', 2, 0)).toBeGreaterThan(0);
    expect(host.plugin.underrunFrames).toBe(0);
  });

  it('when the host of the sender stops without a word and begins again', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const host = simulation.addHost(b, 0, { plugin: { mode: 'receive', latencyMs: 10 }, block: () => 64 });
    const first = simulation.addHost(a, 0, { plugin: { redundancy: 0 }, block: () => 64, signal: tone });
    simulation.run(2e6);
    first.stopped = true;
    first.plugin.vanish();
    simulation.addHost(a, 1, {
      plugin: { redundancy: 0 },
      block: () => 64,
      signal: (channel, frame) => tone(channel, frame + 24),
      startUs: 2.1e6,
    });
    simulation.run(5e6);
    const heard = host.heard(0);
    expect(hears(heard, 3 * RATE, 5 * RATE)).toBe(true);
    expect(steepest(heard, RATE)).toBeLessThan(0.04);
    expect(host.plugin.underrunFrames).toBe(0);
  });
});
