import { describe, expect, it } from 'vitest';
import { ORIGIN, PLACED } from '../../engine/path/jitter-buffer.js';
import { JitterPool } from '../../engine/path/jitter-pool.js';

const RING_FRAMES = 1024;
const RATE = 48_000;
const STEREO_BYTES = RING_FRAMES * 9;

describe('the pool of jitter buffers', () => {
  it('lends what was given back, empty again', () => {
    const pool = new JitterPool(RING_FRAMES);
    const buffer = pool.take(2, RATE);
    expect(buffer?.place(5, 64)).toBe(PLACED.accepted);
    buffer?.mark(5, 64, ORIGIN.received);
    if (buffer) pool.give(buffer);
    const again = pool.take(2, RATE);
    expect(again).toBe(buffer);
    expect(again?.started).toBe(false);
    expect(again?.origin.every((origin) => origin === ORIGIN.missing)).toBe(true);
    expect(pool.take(2, RATE)).not.toBe(again);
  });

  it('takes no more memory than it may, and says so', () => {
    const pool = new JitterPool(RING_FRAMES, 3 * STEREO_BYTES);
    const taken = [pool.take(2, RATE), pool.take(2, RATE), pool.take(2, RATE)];
    expect(taken).not.toContain(null);
    expect(pool.bytes).toBe(3 * STEREO_BYTES);
    expect(pool.take(2, RATE)).toBeNull();
    expect(pool.take(1, RATE)).toBeNull();
  });

  it('gives up idle buffers of one shape for another', () => {
    const pool = new JitterPool(RING_FRAMES, 3 * STEREO_BYTES);
    const taken = [pool.take(2, RATE), pool.take(2, RATE), pool.take(2, RATE)];
    for (const buffer of taken.slice(1)) if (buffer) pool.give(buffer);
    expect(pool.take(4, RATE)?.channels).toBe(4);
    expect(pool.bytes).toBeLessThanOrEqual(3 * STEREO_BYTES);
    expect(pool.take(16, RATE)).toBeNull();
  });

  it('lends longer ones for higher rates', () => {
    const pool = new JitterPool(RING_FRAMES);
    const frames = [44_100, 48_000, 88_200, 96_000, 192_000].map((rate) => pool.take(2, rate)?.ringFrames);
    expect(frames).toEqual([1024, 1024, 2048, 2048, 4096]);
  });

  it('stays where it is, whoever comes and goes', () => {
    const pool = new JitterPool(RING_FRAMES, 10 * STEREO_BYTES);
    for (let i = 0; i < 1000; i++) {
      const lent = Array.from({ length: 10 }, () => pool.take(1 + (i % 2), RATE));
      for (const buffer of lent) if (buffer) pool.give(buffer);
      expect(pool.bytes).toBeLessThanOrEqual(10 * STEREO_BYTES);
    }
  });
});
