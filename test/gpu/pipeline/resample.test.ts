// Resampling ahead of time: what is heard is what the processor makes, whoever made it, and nothing moves in time.
//   JAMBRIDGE_GPU_LONG=1: clocks that run apart as well, until they are followed
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation/support/simulation.js';
import type { EngineOptions } from '../../simulation/support/virtual-engine.js';
import { WITHOUT_GPU } from '../support.js';
import { useGpuWorker, VirtualBatchClock } from './gpu-worker.js';

const LONG = process.env.JAMBRIDGE_GPU_LONG === '1';
const START_US = 100_000;
/** Single precision against double. */
const SAME = 5e-6;
const UNDER_WAY_MAX = 8;

interface Clocks {
  readonly sourceRate: number;
  readonly slotRate: number;
  readonly sourcePpm?: number;
  readonly seconds?: number;
  readonly block?: number;
  readonly loss?: number;
}

const tones = (rate: number) => (channel: number, frame: number) =>
  [330, 997, 4000].reduce(
    (sum, hz, i) => sum + 0.2 * Math.sin((2 * Math.PI * hz * frame) / rate + channel + i),
    0,
  );

function hear(clocks: Clocks, gpu?: EngineOptions['gpu'], meanwhile = (_: Simulation) => {}) {
  const { sourceRate, slotRate, sourcePpm = 0, seconds = 0.6, block = 64, loss = 0 } = clocks;
  const simulation = new Simulation({ seed: 5, lossAudio: loss });
  const a = simulation.addEngine();
  const b = simulation.addEngine(gpu ? { gpu } : {});
  const host = simulation.addHost(b, 0, {
    plugin: { mode: 'receive', sampleRate: slotRate, latencyMs: 15 },
    block: () => block,
  });
  simulation.run(START_US);
  simulation.addHost(a, 0, {
    plugin: { sampleRate: sourceRate, redundancy: 0 },
    ...{ block: () => 64, driftPpm: sourcePpm, signal: tones(sourceRate), startUs: START_US },
  });
  meanwhile(simulation);
  simulation.run(START_US + seconds * 1e6);
  const [tap] = b.slots.live[0].taps;
  const {
    asked = 0,
    used = 0,
    late = 0,
    needless = 0,
    refused = 0,
  } = b.receive.pipeline?.resample.counts ?? {};
  return {
    ...{ heard: host.heard(0), right: host.heard(1), underruns: host.plugin.underrunFrames },
    ...{ engaged: tap.controller.engaged, asked, used, late, needless, refused },
  };
}
type Heard = ReturnType<typeof hear>;

function farthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
}

function expectSame(gpu: Heard, cpu: Heard): void {
  expect(farthest(gpu.heard, cpu.heard)).toBeLessThan(SAME);
  expect(farthest(gpu.right, cpu.right)).toBeLessThan(SAME);
  expect(gpu.underruns).toBe(cpu.underruns);
  expect(cpu.heard.some((value) => Math.abs(value) > 0.3)).toBe(true);
  const { asked, used, late, needless, refused } = gpu;
  expect(asked - used - late - needless - refused).toBeGreaterThanOrEqual(0);
  expect(asked - used - late - needless - refused).toBeLessThanOrEqual(UNDER_WAY_MAX);
}

describe.skipIf(WITHOUT_GPU)('resampling ahead of time', () => {
  const worker = useGpuWorker(['resample']);
  const gpu = (roundTripUs: number) => ({
    memory: worker().memory,
    clock: new VirtualBatchClock(roundTripUs),
  });

  it.each<Clocks>([
    { sourceRate: 44_100, slotRate: 48_000 },
    { sourceRate: 48_000, slotRate: 44_100, block: 128 },
    { sourceRate: 44_100, slotRate: 48_000, block: 16, seconds: 0.4 },
    { sourceRate: 44_100, slotRate: 48_000, loss: 0.05 },
  ])('$sourceRate into $slotRate Hz: sample by sample', (clocks) => {
    const made = hear(clocks, gpu(900));
    expectSame(made, hear(clocks));
    expect(made.used).toBeGreaterThan(0.8 * made.asked);
    expect(made.used).toBeGreaterThan(100);
    expect(made.late + made.refused).toBeLessThanOrEqual(clocks.loss ? 20 : 0);
  });

  it('rates that there is no filter for are left to the processor', () => {
    const clocks = { sourceRate: 96_000, slotRate: 44_100, seconds: 0.3 };
    const made = hear(clocks, gpu(900));
    expect(made.asked).toBe(0);
    expect(farthest(made.heard, hear(clocks).heard)).toBe(0);
  });

  it('results that are late: the processor makes what is due, from the same place on, and all for a while', () => {
    const clocks = { sourceRate: 44_100, slotRate: 48_000, seconds: 1.3 };
    const made = hear(clocks, gpu(25_000));
    expectSame(made, hear(clocks));
    expect(made.used).toBe(0);
    expect(made.late).toBeGreaterThanOrEqual(2); // it was tried again after a second
    expect(made.asked).toBeLessThan(20);
  });

  it('results that become late, and are in time again', () => {
    const clocks = { sourceRate: 44_100, slotRate: 48_000, seconds: 1.2 };
    const options = gpu(900);
    const made = hear(clocks, options, (simulation) => {
      simulation.at(START_US + 200_000, () => {
        options.clock.roundTripUs = 9_000;
      });
      simulation.at(START_US + 500_000, () => {
        options.clock.roundTripUs = 900;
      });
    });
    expectSame(made, hear(clocks));
    expect(made.used).toBeGreaterThan(100);
  });

  it.skipIf(!LONG)('clocks that run apart: followed without a step', { timeout: 600_000 }, () => {
    const clocks = { sourceRate: 48_000, slotRate: 48_000, sourcePpm: 180, seconds: 20 };
    const made = hear(clocks, gpu(900));
    const cpu = hear(clocks);
    expect(made.engaged && cpu.engaged).toBe(true);
    expect(made.used).toBeGreaterThan(500);
    expect(made.underruns).toBe(0);
    let steepest = 0;
    for (let i = 20_000; i < made.heard.length; i++) {
      steepest = Math.max(steepest, Math.abs(made.heard[i] - 2 * made.heard[i - 1] + made.heard[i - 2]));
    }
    // What the tones themselves curve by.
    expect(steepest).toBeLessThan(0.2 * ((2 * Math.PI * 4000) / 48_000) ** 2 * 1.3);
    expect(farthest(made.heard.slice(-48_000), cpu.heard.slice(-48_000))).toBeLessThan(0.02);
  });
});
