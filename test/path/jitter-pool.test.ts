import { describe, expect, it } from 'vitest';
import { ORIGIN, PLACED } from '../../engine/path/jitter-buffer.js';
import { JitterPool } from '../../engine/path/jitter-pool.js';

const RING_FRAMES = 1024;
const STEREO_BYTES = RING_FRAMES * 9;

describe('the pool of jitter buffers', () => {
  it('lends what was given back, empty again', () => {
    const pool = new JitterPool(RING_FRAMES);
    const buffer = pool.take(2);
    expect(buffer?.place(5, 64)).toBe(PLACED.accepted);
    buffer?.mark(5, 64, ORIGIN.received);
    if (buffer) pool.give(buffer);
    const again = pool.take(2);
    expect(again).toBe(buffer);
    expect(again?.started).toBe(false);
    expect(again?.origin.every((origin) => origin === ORIGIN.missing)).toBe(true);
    expect(pool.take(2)).not.toBe(again);
  });

  it('takes no more memory than it may, and says so', () => {
    const pool = new JitterPool(RING_FRAMES, 3 * STEREO_BYTES);
    const taken = [pool.take(2), pool.take(2), pool.take(2)];
    expect(taken).not.toContain(null);
    expect(pool.bytes).toBe(3 * STEREO_BYTES);
    expect(pool.take(2)).toBeNull();
    expect(pool.take(1)).toBeNull();
  });

  it('gives up idle buffers of one shape for another', () => {
    const pool = new JitterPool(RING_FRAMES, 3 * STEREO_BYTES);
    const taken = [pool.take(2), pool.take(2), pool.take(2)];
    for (const buffer of taken.slice(1)) if (buffer) pool.give(buffer);
    expect(pool.take(4)?.channels).toBe(4);
    expect(pool.bytes).toBeLessThanOrEqual(3 * STEREO_BYTES);
    expect(pool.take(16)).toBeNull();
  });

  it('stays where it is, whoever comes and goes', () => {
    const pool = new JitterPool(RING_FRAMES, 10 * STEREO_BYTES);
    for (let i = 0; i < 1000; i++) {
      const lent = Array.from({ length: 10 }, () => pool.take(1 + (i % 2)));
      for (const buffer of lent) if (buffer) pool.give(buffer);
      expect(pool.bytes).toBeLessThanOrEqual(10 * STEREO_BYTES);
    }
  });
});
