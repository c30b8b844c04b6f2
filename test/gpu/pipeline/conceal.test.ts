// Concealment through the whole path, on the GPU and on the processor: the same frames are delivered, and what is
// estimated is as good.
import { describe, expect, it } from 'vitest';
import { WITHOUT_GPU } from '../support.js';
import { useGpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { compare, counted, expectNoClick, play } from './world.js';

/** Estimates may miss the sound by so much more than the processor's: in the mean of all gaps, and in all. */
const MEAN_DB_MAX = 2;
const ALL_DB_MAX = 8;

describe.skipIf(WITHOUT_GPU)('concealment ahead of time', () => {
  const worker = useGpuWorker(['conceal']);

  it.each([
    ['lost packets', { loss: 0.05 }],
    ['many of them, some of several packets', { loss: 0.2 }],
    ['copies that come after the gap was asked for', { loss: 0.4, redundancy: 1 }],
    ['small blocks of the host', { loss: 0.05, block: 16 }],
    ['gaps of many packets', { loss: 0.15, burstPackets: 6, latencyMs: 40, seconds: 1 }],
    ['gaps of long packets', { loss: 0.1, packetFrames: 150, latencyMs: 20, seconds: 1 }],
  ] as const)('%s: the same frames delivered, estimates as good', (_, world) => {
    const cpu = play(world);
    const clock = new VirtualBatchClock(700);
    const gpu = play({ ...world, gpu: { memory: worker().memory, clock } });
    expect(counted(gpu)).toEqual(counted(cpu));
    expect(clock.missing).toBe(0);
    expect(gpu.underruns).toBe(cpu.underruns);
    const { asked, used, late, needless, refused } = gpu.counts;
    expect(asked - used - late - needless - refused).toBeLessThanOrEqual(8); // under way at the end
    expect(used).toBeGreaterThan(asked / 4);
    expect(late + refused).toBe(0);
    const { different, gaps, meanDb, allDb } = compare(cpu, gpu);
    expect(different).toBeLessThanOrEqual(2); // an estimate may happen to be right
    expect(gaps).toBeGreaterThan(5);
    expect(meanDb).toBeLessThan(MEAN_DB_MAX);
    expect(allDb).toBeLessThan(ALL_DB_MAX);
    expectNoClick(gpu);
  });
});
