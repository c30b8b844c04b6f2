// Recovery through the whole path, on the GPU and on the processor: the same packets are restored, each once.
import { describe, expect, it } from 'vitest';
import { WITHOUT_GPU } from '../support.js';
import { useGpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { counted, expectNoClick, type Played, play, recoverCounts } from './world.js';

const UNDER_WAY_MAX = 2;
/** What is restored later is written later: so much less may be counted at the end. */
const AHEAD_FRAMES_MAX = 700;

function expectSameSound(gpu: Played, cpu: Played): void {
  expect(gpu.heard.length).toBe(cpu.heard.length);
  expect(gpu.heard.findIndex((value, i) => value !== cpu.heard[i])).toBe(-1);
  expect(gpu.underruns).toBe(cpu.underruns);
  const before = new Map(counted(cpu));
  for (const [column, count] of counted(gpu)) {
    const wanted = before.get(column) ?? 0;
    if (column === 'framesConcealed' || column === 'duplicates') expect(count).toBe(wanted);
    else expect(Math.abs(count - wanted)).toBeLessThan(AHEAD_FRAMES_MAX);
  }
}

describe.skipIf(WITHOUT_GPU)('recovery by the GPU', () => {
  const worker = useGpuWorker(['recover']);

  it.each([
    ['a third lost', { loss: 0.33 }],
    ['more than can be restored', { loss: 0.6, seconds: 0.4 }],
    ['hardly any latency', { loss: 0.2, latencyMs: 4 }],
    ['longer packets', { loss: 0.33, packetFrames: 150 }],
  ] as const)('%s: frame by frame what the processor restores', (_, options) => {
    const world = { ...options, redundancy: 3 };
    const cpu = play(world);
    const clock = new VirtualBatchClock(700);
    const gpu = play({ ...world, gpu: { memory: worker().memory, clock } });
    expectSameSound(gpu, cpu);
    expect(clock.missing).toBe(0);
    const { asked, used, late, needless, refused, packets } = recoverCounts(gpu);
    expect(refused).toBe(0);
    expect(used).toBeGreaterThan(asked / 4);
    expect(packets).toBeGreaterThan(20);
    expect(asked - used - late - needless).toBeGreaterThanOrEqual(0);
    expect(asked - used - late - needless).toBeLessThanOrEqual(UNDER_WAY_MAX);
    expectNoClick(gpu);
  });

  it('results that are late every time: the processor restores them when they are due', () => {
    const world = { loss: 0.33, redundancy: 3 };
    const gpu = play({ ...world, gpu: { memory: worker().memory, clock: new VirtualBatchClock(40_000) } });
    const cpu = play(world);
    expectSameSound(gpu, cpu);
    const { used, late, packets } = recoverCounts(gpu);
    expect(packets).toBe(0);
    expect(used).toBe(0);
    expect(late).toBeGreaterThan(2);
  });
});
