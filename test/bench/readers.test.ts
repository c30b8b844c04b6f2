import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countCollections } from '../../bench/cpu/collector-trace.js';
import { processTimeNs, statTimeNs, threadTimeNs } from '../../bench/cpu/process-time.js';
import { pitchBendNumbers } from '../../bench/probe/midi-numbers.js';

describe('processor time', () => {
  test('is read from schedstat, or from stat where there is none', () => {
    expect(threadTimeNs('123456789 42 7\n')).toBe(123456789);
    expect(threadTimeNs('')).toBe(0);
    const fields = ['S', ...Array.from({ length: 10 }, () => '0'), '25', '5', '0'];
    expect(statTimeNs(`77 (a name) with ) ${fields.join(' ')}`)).toBe(0.3e9);
    expect(statTimeNs('')).toBe(0);
  });

  test('of this process grows as it works; of none it is 0', () => {
    const before = processTimeNs(process.pid);
    const untilMs = performance.now() + 50;
    let work = 0;
    while (performance.now() < untilMs) work += Math.sqrt(work + 1);
    expect(work).toBeGreaterThan(0);
    expect(processTimeNs(process.pid)).toBeGreaterThan(before);
    expect(processTimeNs(0x7fff_fff0)).toBe(0);
  });
});

test('collections are counted by isolate; other lines are none', () => {
  const line = (isolate: string, what: string) =>
    `[12:${isolate}]   151 ms: ${what} 4.2 (5.0) -> 3.9 (6.0) MB`;
  const trace = [
    line('0x5f0c80', 'Scavenge'),
    'engine ready',
    line('0x7f3a10', 'Scavenge'),
    line('0x7f3a10', 'Mark-Compact (reduce)'),
    line('0x5f0c80', 'Weather'),
  ].join('\n');
  expect(countCollections(trace)).toEqual({ mainThread: 1, otherThreads: 2 });
  expect(countCollections('')).toEqual({ mainThread: 0, otherThreads: 0 });
});

describe('pitch bends in a MIDI ring', () => {
  const record = (bytes: number[]) => [
    ...[0, 0, 0, 0, bytes.length, 0, 0, 0],
    ...bytes,
    ...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 0),
  ];

  test('give their numbers, also where the ring wraps; other messages are passed over', () => {
    const ring = new Uint8Array(64);
    const start = 52;
    const bytes = [...record([0xe0, 5, 2]), ...record([0x90, 60, 100]), ...record([0xe3, 127, 127])];
    for (const [index, byte] of bytes.entries()) ring[(start + index) & 63] = byte;
    const numbers: number[] = [];
    pitchBendNumbers(ring, start, start + bytes.length, (number) => numbers.push(number));
    expect(numbers).toEqual([5 + 2 * 128, 16383]);
  });

  test('a ring of any nonsense ends the walk', () => {
    const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(bytes, fc.nat(64), fc.nat(64), (ring, from, to) => {
        let count = 0;
        pitchBendNumbers(ring, from, to, () => count++);
        expect(count).toBeLessThanOrEqual(64);
      }),
    );
  });
});
