// What is written ahead of the plugin is its protection against an engine that is held up. Nobody may take it
// from the others: not who joins, not who is gone without a word.
import { describe, expect, it } from 'vitest';
import { type Host, Simulation } from './support/simulation.js';
import type { VirtualEngine } from './support/virtual-engine.js';

const RATE = 48_000;
const LATENCY_MS = 50;
const HALF_FRAMES = (LATENCY_MS * RATE) / 2000;
const ramp = (_: number, frame: number) => Math.fround((frame + 1) / 2 ** 22);

/** Frames that the plugin could still play if its engine stood still from now on. */
function margin(engine: VirtualEngine): number {
  const [slot] = engine.slots.live;
  return slot.view.load(slot.view.segment.at.slot.playoutEnd) - slot.blockEnd;
}

/** The least margin over a time, looked at every millisecond. */
function leastMargin(simulation: Simulation, engine: VirtualEngine, forUs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let ms = 0; ms < forUs / 1000; ms++) {
    simulation.run(simulation.nowUs + 1000);
    least = Math.min(least, margin(engine));
  }
  return least;
}

describe('the margin of a plugin', () => {
  const play = () => {
    const simulation = new Simulation();
    const [a, b, c] = [simulation.addEngine(), simulation.addEngine(), simulation.addEngine()];
    const plugin = { mode: 'receive', latencyMs: LATENCY_MS } as const;
    simulation.addHost(c, 0, { plugin, block: () => 64 });
    simulation.run(200_000);
    const start = (engine: VirtualEngine): Host =>
      simulation.addHost(engine, 0, { plugin: {}, block: () => 64, signal: ramp, startUs: simulation.nowUs });
    const first = start(a);
    simulation.run(1_000_000);
    return { simulation, b, c, first, start };
  };

  it('is about the receive latency while others play, and half of it while nobody does', () => {
    const { simulation, c, first } = play();
    expect(leastMargin(simulation, c, 300_000)).toBeGreaterThan(1.5 * HALF_FRAMES);
    first.stopped = true;
    simulation.run(5_000_000);
    expect(leastMargin(simulation, c, 300_000)).toBeGreaterThanOrEqual(HALF_FRAMES);
  });

  it('is never below half of it when somebody joins', () => {
    const { simulation, b, c, start } = play();
    start(b);
    expect(leastMargin(simulation, c, 500_000)).toBeGreaterThan(0.9 * HALF_FRAMES);
  });

  it('comes back soon after somebody was killed', () => {
    const { simulation, b, c, first, start } = play();
    start(b);
    simulation.run(2_000_000);
    first.stopped = true;
    simulation.run(simulation.nowUs + 300_000);
    expect(leastMargin(simulation, c, 3_000_000)).toBeGreaterThanOrEqual(HALF_FRAMES);
  });
});
