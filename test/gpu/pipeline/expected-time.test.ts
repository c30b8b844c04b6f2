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

  it('lets nobody sleep for a kernel of which little is known', () => {
    const time = new ExpectedTime();
    for (let i = 0; i < 4; i++) {
      expect(time.napMs([job('slow', 1)])).toBe(0);
      time.learn([job('slow', 1)], 6);
    }
    expect(time.napMs([job('slow', 1)])).toBe(3);
    expect(time.napMs([job('slow', 1), job('new', 1)])).toBe(0);
  });

  it('is not deceived by a first batch that waited for a core', () => {
    const time = new ExpectedTime();
    const one = [job('quick', 1)];
    time.learn(one, 130);
    for (let i = 0; i < 7; i++) time.learn(one, 0.5);
    expect(time.ofMs(one)).toBeLessThan(2);
    expect(time.napMs(one)).toBe(0);
  });

  it('is looked at again now and then, whatever other kernels do meanwhile', () => {
    const time = new ExpectedTime();
    const slow = [job('slow', 1)];
    const quick = [job('quick', 1)];
    for (let i = 0; i < 4; i++) time.learn(slow, 8);
    let polled = 0;
    for (let i = 0; i < 64; i++) {
      for (let k = 0; k < 40; k++) if (time.napMs(quick) === 0) time.learn(quick, 0.5);
      if (time.napMs(slow) === 0) polled++;
    }
    expect(polled).toBe(4);
  });
});
