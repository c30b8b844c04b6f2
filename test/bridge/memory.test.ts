// Memory: the hot calls take none, a segment's goes when nobody can see it any longer, not earlier.
import { describe, expect, it } from 'vitest';
import { ownSegmentName, startHelper } from './support.js';

describe('memory', () => {
  it('is not taken by wait() and send()', async () => {
    const helper = startHelper('hot-calls.mjs', [ownSegmentName()], ['--expose-gc']);
    const seen = (await helper.next()) as Record<string, number>;
    expect(seen.failures).toBe(0);
    // 10000 turns of 3 calls: not a byte a turn, where one small object a turn shows clearly.
    expect(seen.growth).toBeLessThan(2_000);
    expect(seen.wastefulGrowth).toBeGreaterThan(150_000);
  });

  it('of a segment stays as long as a buffer or a Network needs it', async () => {
    const helper = startHelper('mappings.mjs', [ownSegmentName()], ['--expose-gc']);
    const seen = (await helper.next()) as Record<string, number | boolean>;
    expect(seen.open).toBeGreaterThan(0);
    expect(seen.withBuffer).toBe(seen.open);
    expect(seen.magic).toBe(true);
    expect(seen.withNetwork).toBe(seen.open);
    expect(seen.closed).toBe(0);
    expect(seen.slabReadable).toBe(true);
    expect(seen.reopened).toBe(0);
  });
});
