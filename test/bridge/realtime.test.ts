// Real-time priority and locked memory: granted to who may, else refused in words that help.
import { describe, expect, it } from 'vitest';
import { ownSegmentName, startHelper } from './support.js';

const SCHED_OTHER = 0;
const SCHED_FIFO = 1;

interface Seen {
  readonly granted: string;
  readonly returned: string;
  readonly locked: string;
  readonly tooHigh: string;
  readonly before: { policy: number };
  readonly during: { policy: number; priority: number };
  readonly after: { policy: number };
  readonly child: string;
  readonly lockedKiB: number;
  readonly segmentBytes: number;
}

describe('requestRealtime() and lockMemory()', () => {
  it('do what they say, or say why not', async () => {
    const seen = (await startHelper('realtime.mjs', [ownSegmentName()], ['--expose-gc']).next()) as Seen;
    expect(seen.before.policy).toBe(SCHED_OTHER);
    if (seen.granted === '') expect(seen.during).toEqual({ policy: SCHED_FIFO, priority: 7 });
    else {
      expect(seen.granted).toMatch(/no permission for real-time priority 7 .*limits\.d.*CAP_SYS_NICE/);
      expect(seen.during.policy).toBe(SCHED_OTHER);
    }
    expect(Number(seen.child)).toBe(SCHED_OTHER); // programs it starts are not real-time
    expect(seen.returned).toBe('');
    expect(seen.after.policy).toBe(SCHED_OTHER);
    expect(seen.tooHigh).toBe('priority: must be an integer in 0..99');
    if (seen.locked === '') expect(seen.lockedKiB).toBeGreaterThan(1000);
    else expect(seen.locked).toMatch(/no permission to lock memory.*memlock unlimited/);
    expect(seen.segmentBytes).toBeLessThan(4 << 20); // locked or not, unused slots take no memory
  });
});
