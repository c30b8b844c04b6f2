// What is written ahead of the host is what a stalled engine lives on. A GPU that is late may cost a part of it: never
// most of it, else a sound that would have survived the stall breaks.
import { describe, expect, it } from 'vitest';
import { STAGES } from '../../../engine/gpu/pipeline/stages.js';
import { Simulation } from '../../simulation/support/simulation.js';
import { WITHOUT_GPU } from '../support.js';
import { useGpuWorker, VirtualBatchClock } from './gpu-worker.js';

const START_US = 100_000;
const STEP_US = 500;

interface Line {
  readonly latencyMs: number;
  readonly sourceRate?: number;
  readonly loss?: number;
  readonly seconds?: number;
}

type Gpu = {
  readonly memory: ReturnType<ReturnType<typeof useGpuWorker>>['memory'];
  readonly roundTripUs: number;
};

/** Frames written beyond what the host has been given: those that all but one of a hundred looks find. */
function margin({ latencyMs, sourceRate = 48_000, loss = 0, seconds = 1 }: Line, gpu?: Gpu): number {
  const simulation = new Simulation({ seed: 11, lossAudio: loss, lossOther: loss });
  const a = simulation.addEngine();
  const clock = gpu && new VirtualBatchClock(gpu.roundTripUs);
  const b = simulation.addEngine(gpu && clock ? { gpu: { memory: gpu.memory, clock } } : {});
  simulation.addHost(b, 0, { plugin: { mode: 'receive', latencyMs }, block: () => 64 });
  simulation.run(START_US);
  const signal = (channel: number, frame: number) => Math.sin(frame / 20 + channel);
  const plugin = { sampleRate: sourceRate, redundancy: loss > 0 ? 3 : 0 };
  simulation.addHost(a, 0, { plugin, block: () => 64, signal, startUs: START_US });
  simulation.run(START_US + 200_000);
  const margins: number[] = [];
  for (let atUs = START_US + 200_000; atUs < START_US + seconds * 1e6; atUs += STEP_US) {
    simulation.run(atUs);
    const [slot] = b.slots.live;
    margins.push(slot.playout.writtenEnd - slot.blockEnd);
  }
  expect(clock?.missing ?? 0).toBe(0);
  margins.sort((x, y) => x - y);
  return margins[Math.floor(margins.length / 100)];
}

const halfLatencyFrames = ({ latencyMs }: Line): number => 0.5 * latencyMs * 48;

describe.skipIf(WITHOUT_GPU)('what is written ahead', () => {
  const worker = useGpuWorker(STAGES);

  it.each([
    ['packets that wait to be read', { latencyMs: 12 }, 3_000],
    ['packets that wait in vain', { latencyMs: 12 }, 60_000],
    ['packets to be restored', { latencyMs: 24, loss: 0.33 }, 1_500],
    ['packets to be restored, in vain', { latencyMs: 24, loss: 0.33 }, 130_000],
    ['the same with less latency', { latencyMs: 12, loss: 0.2 }, 130_000],
    ['sound to be resampled', { latencyMs: 24, sourceRate: 44_100 }, 1_500],
    ['sound to be resampled, in vain', { latencyMs: 24, sourceRate: 44_100, seconds: 1.5 }, 130_000],
  ] as const)('%s: at most half a receive latency less than without', (_, line, roundTripUs) => {
    const without = margin(line);
    const { memory } = worker();
    const gpu = margin(line, { memory, roundTripUs });
    expect(without).toBeGreaterThan(halfLatencyFrames(line) / 2);
    expect(without - gpu).toBeLessThan(halfLatencyFrames(line));
  });
});
