// Concealment through the whole path, on the GPU and on the processor: the same frames are delivered, and what is
// estimated is as good.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WITHOUT_GPU } from '../support.js';
import { GpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { compare, counted, expectNoClick, play } from './world.js';

/** The estimates together may miss the sound by so much more than the processor's. */
const TOLERANCE_DB = 6;

describe.skipIf(WITHOUT_GPU)('concealment ahead of time', () => {
  let worker: GpuWorker;
  beforeAll(async () => {
    const started = await GpuWorker.start(['conceal']);
    if (typeof started === 'string')
      throw new Error(`${started}; JAMBRIDGE_WITHOUT_GPU=1 tests everything else`);
    worker = started;
  });
  afterAll(async () => {
    expect(await worker.end('stop')).toBe('');
  });

  it.each([
    ['lost packets', { loss: 0.05 }],
    ['many of them, and some that the processor keeps', { loss: 0.2 }],
    ['copies that come after the gap was asked for', { loss: 0.4, redundancy: 1 }],
    ['small blocks of the host', { loss: 0.05, block: 16 }],
  ] as const)('%s: the same frames delivered, estimates as good', (_, world) => {
    const cpu = play(world);
    const clock = new VirtualBatchClock(700);
    const gpu = play({ ...world, gpu: { memory: worker.memory, clock } });
    expect(counted(gpu)).toEqual(counted(cpu));
    expect(clock.missing).toBe(0);
    expect(gpu.underruns).toBe(cpu.underruns);
    const { asked, used, late, needless, refused } = gpu.counts;
    expect(asked - used - late - needless - refused).toBeLessThanOrEqual(8); // under way at the end
    expect(used).toBeGreaterThan(asked / 4);
    expect(late + refused).toBe(0);
    const { different, cpuMiss, gpuMiss } = compare(cpu, gpu);
    expect(different).toBeLessThanOrEqual(2); // an estimate may happen to be right
    expect(gpuMiss).toBeLessThan(cpuMiss * 10 ** (TOLERANCE_DB / 10));
    expectNoClick(gpu);
  });
});
