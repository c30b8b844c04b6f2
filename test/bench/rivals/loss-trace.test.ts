import { describe, expect, test } from 'vitest';
import { lossTable, makeTrace, readCounts, TRACE_PACKETS } from '../../../bench/rivals/loss-trace.js';

const share = (trace: readonly boolean[]): number => trace.filter((lost) => lost).length / trace.length;

/** Mean length of the runs of lost packets. */
function meanRun(trace: readonly boolean[]): number {
  const runs = trace.filter((lost, n) => lost && !trace[n - 1]).length;
  return trace.filter((lost) => lost).length / runs;
}

describe('the loss trace', () => {
  test('same seed, same trace; another seed, another one', () => {
    const make = (seed: number) => makeTrace({ lossPercent: 10, burstMs: 0 }, 0, seed);
    expect(make(5)).toEqual(make(5));
    expect(make(5)).not.toEqual(make(6));
    expect(make(5)).toHaveLength(TRACE_PACKETS);
  });

  test.each([[0], [5], [33]])('%i %% of packets, each for itself', (lossPercent) => {
    const trace = makeTrace({ lossPercent, burstMs: 0 }, 0, 1);
    expect(share(trace)).toBeCloseTo(lossPercent / 100, 2);
    if (lossPercent > 0) expect(meanRun(trace)).toBeCloseTo(1 / (1 - lossPercent / 100), 1);
  });

  test('outages last as long for those who send few packets as for those who send many', () => {
    const traceAt = (rate: number) => makeTrace({ lossPercent: 10, burstMs: 8 }, rate, 2);
    const [few, many] = [traceAt(750), traceAt(3000)];
    expect(share(few)).toBeCloseTo(0.1, 1);
    expect(meanRun(few) / 750).toBeCloseTo(0.008, 2);
    expect(meanRun(many) / 3000).toBeCloseTo(0.008, 2);
    // The same outages: the line's state at the time of a packet is the same.
    const seconds = 5;
    const differ = Array.from({ length: 750 * seconds }, (_, n) => few[n] !== many[4 * n]);
    expect(share(differ)).toBeLessThan(0.01);
  });
});

describe('the packet filter', () => {
  test('drops runs and single packets by their number', () => {
    const table = lossTable([4464, 4474], [true, false, false, true, true, true, false]);
    expect(table).toContain(
      'udp dport { 4464, 4474 } counter numgen inc mod 7 vmap { 0 : drop, 3-5 : drop }',
    );
  });

  test('without loss only counts', () => {
    expect(lossTable([7777], [false, false])).not.toContain('numgen');
  });

  test('its counters, with loss and without', () => {
    const rule = (packets: number, bytes: number) => `udp dport 1 counter packets ${packets} bytes ${bytes}`;
    expect(readCounts(`${rule(100, 5000)} numgen inc mod 3\n${rule(90, 4500)}`)).toEqual({
      ...{ packets: 100, bytes: 5000, lost: 10 },
    });
    expect(readCounts(rule(100, 5000))).toEqual({ packets: 100, bytes: 5000, lost: 0 });
    expect(() => readCounts('table inet x {}')).toThrow('no counter');
  });
});
