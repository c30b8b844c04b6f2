import { describe, expect, test } from 'vitest';
import { resultRow, skippedRow } from '../../../bench/rivals/rows.js';
import type { RunResult } from '../../../bench/rivals/run-result.js';
import { versionIn, whyMissing } from '../../../bench/support/packages.js';

const who = { system: 'somebody', variant: 'twice', version: () => '1.7' };
const loss = { lossPercent: 5, burstMs: 0 };
const line = { packets: 1000, bytes: 125_000, lost: 50 };
const run = (gapsPerMinute: number): RunResult => ({
  ...{ late: 0, line, seconds: 10.1, cpuSendPercent: 2, cpuReceivePercent: 3 },
  sound: { cleanShare: 0.9, exactShare: 0.8, gapsPerMinute, latencyMs: 16, latencyMaxMs: 21.3333 },
});

describe('rows', () => {
  test('medians of the runs, and the worst of them', () => {
    const row = resultRow(who, loss, [run(9), run(7), run(30)], { runs: 3, rejected: 2, why: '' });
    expect(row).toMatchObject({
      ...{ system: 'somebody', version: '1.7', status: 'ok', runs: 3, rejected: 2, gapsPerMinute: 9 },
      ...{ gapsPerMinuteWorst: 30, lossSeenPercent: 5, kbitPerSecond: 100, latencyMaxMs: 21.33 },
      ...{ hungNotes: null, hungNotesWorst: null, why: null },
    });
  });

  test('too few valid runs say so, none at all give no figure', () => {
    const some = resultRow(who, loss, [run(9)], { runs: 3, rejected: 8, why: '' });
    expect(some).toMatchObject({ status: 'incomplete', runs: 1, rejected: 8 });
    expect(some.why).toBe('8 of 9 runs had periods that came late (xruns)');
    const none = resultRow(who, loss, [], { runs: 3, rejected: 0, why: 'it ended\nat once' });
    expect(none).toMatchObject({ status: 'failed', gapsPerMinute: null, why: 'it ended | at once' });
  });

  test('versions as dpkg tells them, and packages that are gone', () => {
    const said = (status: string) => `Package: x\nStatus: ${status}\nVersion: 1.2-3\n`;
    expect(versionIn(said('install ok installed'))).toBe('1.2-3');
    expect(versionIn(said('deinstall ok config-files'))).toBe('');
  });

  test('what is not installed is skipped with a message, and has no figures', () => {
    const versionOf = (name: string) => (name === 'jackd2' ? '1.9.21' : '');
    expect(whyMissing(['jackd2'], versionOf)).toBe('');
    const why = whyMissing(['jackd2', 'jacktrip'], versionOf);
    expect(why).toBe('not installed: jacktrip; install with: apt-get install jacktrip');
    const row = skippedRow({ ...who, version: () => '' }, why);
    expect(row).toEqual({
      ...{
        system: 'somebody',
        variant: 'twice',
        version: null,
        status: 'skipped',
        runs: 0,
        rejected: 0,
        why,
      },
    });
  });
});
