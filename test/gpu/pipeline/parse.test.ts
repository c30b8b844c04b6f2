// Packets read by the GPU through the whole path: the same samples, events and counts as read by the processor.
import { describe, expect, it } from 'vitest';
import { WITHOUT_GPU } from '../support.js';
import { GpuWorker, useGpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { firstWrong, receive } from './parse-world.js';

const ROUND_TRIP_US = 700;

describe.skipIf(WITHOUT_GPU)('packets read by the GPU', () => {
  const worker = useGpuWorker(['parse']);
  const gpu = () => ({ memory: worker().memory, clock: new VirtualBatchClock(ROUND_TRIP_US) });

  it.each(['binary', 'compact', 'json'] as const)('%s, over a bad line: all is the same', (format) => {
    const cpu = receive({ format });
    const read = receive({ format, gpu: gpu() });
    expect(read.counted).toEqual(cpu.counted);
    expect(read.events).toEqual(cpu.events);
    expect(read.heard).toEqual(cpu.heard);
    const { asked = 0, used = 0, late, refused, textsUsed = 0, seenAgreed = 0, seenDisputed } = read.counts;
    expect(used).toBeGreaterThan(0.9 * asked);
    expect(used).toBeGreaterThan(1000);
    expect({ late, refused, seenDisputed }).toEqual({ late: 0, refused: 0, seenDisputed: 0 });
    expect(seenAgreed).toBeGreaterThan(0.8 * used);
    if (format === 'compact') expect(textsUsed).toBeGreaterThan(500);
  });
});

describe.skipIf(WITHOUT_GPU)('a stream that travels as COMPACT text', () => {
  it('is the same as in BINARY, every sample and every event, parsed by the kernel', async () => {
    const worker = await GpuWorker.start(['parse']);
    if (typeof worker === 'string') throw new Error(worker);
    const clock = new VirtualBatchClock(ROUND_TRIP_US);
    const binary = receive({ format: 'binary', bad: false });
    const compact = receive({ format: 'compact', bad: false, gpu: { memory: worker.memory, clock } });
    expect(await worker.end('stop')).toBe('');
    expect(firstWrong(binary).wrong).toBe(-1);
    expect(compact.heard).toEqual(binary.heard);
    expect(compact.events).toEqual(binary.events);
    expect(compact.events.length).toBe(compact.sent);
    const { textsUsed = 0, textsHandedBack } = compact.counts;
    expect(textsUsed).toBeGreaterThan(900);
    expect(textsHandedBack).toBe(0);
  });
});
