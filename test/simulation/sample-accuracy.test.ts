import { describe, expect, it } from 'vitest';
import { type Host, rng, Simulation } from './support/simulation.js';

const RATE = 48000;

/** A signal in which every frame is told from every other: the frame's number, and noise below it. */
function ramp(channel: number, frame: number): number {
  return Math.fround(((frame + 1) / 2 ** 22) * (channel === 0 ? 1 : -1));
}

/** Index of the first sent frame in what was heard; every later frame must follow it. */
function offsetOf(host: Host, signal: (channel: number, frame: number) => number): number {
  const left = host.heard(0);
  return left.indexOf(signal(0, 0));
}

function expectExact(host: Host, frames: number): number {
  const offset = offsetOf(host, ramp);
  expect(offset).toBeGreaterThanOrEqual(0);
  for (const channel of [0, 1]) {
    const heard = host.heard(channel);
    const wrong: number[] = [];
    for (let f = 0; f < frames && offset + f < heard.length; f++) {
      if (!Object.is(heard[offset + f], ramp(channel, f))) wrong.push(f);
    }
    expect(wrong.slice(0, 5), `channel ${channel}, offset ${offset}`).toEqual([]);
  }
  expect(host.heard(0).findIndex((sample) => sample !== 0)).toBe(offset);
  return offset;
}

describe('sample accuracy', () => {
  for (const [txMax, rxMax, seed] of [
    [64, 64, 1],
    [4096, 4096, 2],
    [1, 512, 3],
    [8192, 1, 4],
    [100, 100, 5],
  ] as const) {
    it(`random blocks 1..${txMax} to 1..${rxMax}: every frame, every event at one offset (seed ${seed})`, () => {
      const random = rng(seed);
      const simulation = new Simulation();
      const events = Array.from({ length: 200 }, (_, i) => ({
        frame: i * 1111 + Math.floor(random() * 1000),
        bytes: [0x90, i % 128, 1 + (i % 127)],
      }));
      const size = (max: number) => () => 1 + Math.floor(random() * max);
      const a = simulation.addEngine();
      const b = simulation.addEngine();
      const receiver = simulation.addHost(b, 0, {
        plugin: { mode: 'receive', blockFramesMax: rxMax },
        block: size(rxMax),
        startFrame: 0xffff_ff00,
      });
      simulation.run(200_000);
      simulation.addHost(a, 2, {
        plugin: { blockFramesMax: txMax },
        block: size(txMax),
        signal: ramp,
        events,
        startUs: 200_000,
        startFrame: 12_345,
      });
      simulation.run(5_700_000);
      const frames = 4.5 * RATE;
      const offset = expectExact(receiver, frames);
      expect(receiver.plugin.underrunFrames).toBe(0);
      const expected = events.filter((event) => event.frame < frames);
      const heard = receiver.plugin.events.slice(0, expected.length);
      expect(heard.map((event) => ({ frame: event.frame - 0xffff_ff00, bytes: event.bytes }))).toEqual(
        expected.map((event) => ({ frame: event.frame + offset, bytes: event.bytes })),
      );
      expect(b.total('framesConcealed', 2, 0)).toBe(0);
    });
  }

  it('constant blocks cost the latency, both blocks and no more', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
    simulation.run(200_000);
    simulation.addHost(a, 0, { plugin: {}, block: () => 64, signal: ramp, startUs: 200_000 });
    simulation.run(1_000_000);
    const offset = expectExact(receiver, 0.7 * RATE);
    const delayFrames = offset - 0.2 * RATE;
    // First frame captured at 0.2 s; a block to capture, a block to play, 12 ms, and what the wire took.
    expect(delayFrames).toBeLessThanOrEqual(0.012 * RATE + 3 * 64 + 8);
    expect(delayFrames).toBeGreaterThanOrEqual(0.012 * RATE);
  });
});
