import { describe, expect, it } from 'vitest';
import type { KernelJob } from '../../../engine/gpu/kernel-job.js';
import { ExpectedTime } from '../../../engine/gpu/pipeline/expected-time.js';

const job = (stem: string, groups: number): KernelJob =>
  ({ spec: { stem }, groups: Uint32Array.of(groups, 1, 1) }) as unknown as KernelJob;

describe('how long a batch will take', () => {
  it('is not known of a kernel that never ran', () => {
    const time = new ExpectedTime();
    time.learn([job('slow', 4)], 8);
    expect(time.ofMs([job('slow', 4)])).toBe(8);
    expect(time.ofMs([job('slow', 4), job('new', 1)])).toBe(0);
  });

  it('goes by kernel: many groups of a quick one are no reason to sleep', () => {
    const time = new ExpectedTime();
    time.learn([job('slow', 4)], 8);
    time.learn([job('quick', 100)], 1);
    expect(time.ofMs([job('quick', 200)])).toBeCloseTo(2);
    expect(time.ofMs([job('slow', 1), job('quick', 100)])).toBeCloseTo(3);
  });

  it('follows what batches of several kernels take', () => {
    const time = new ExpectedTime();
    const both = [job('slow', 4), job('quick', 100)];
    time.learn([both[0]], 2);
    time.learn([both[1]], 2);
    for (let i = 0; i < 40; i++) time.learn(both, 8);
    expect(time.ofMs(both)).toBeCloseTo(8, 1);
    time.learn([], 5);
    expect(time.ofMs([])).toBe(0);
  });
});
