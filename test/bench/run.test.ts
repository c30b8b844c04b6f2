// The benchmarks as a user runs them, their smallest cases: what they print, and that nothing stays behind.
// How fast anything was is no test's business. Needs dist/ and build/, which `npm test` makes first.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';

const PROGRAM = join(PACKAGE_ROOT, 'dist', 'bench', 'main.js');
const TIMEOUT_MS = 240_000;

function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return { status, stdout, stderr };
}

/** The benchmark's segments are named after the process that ran it: b<pid>-<number>a and ...b. */
const segments = (): string[] =>
  existsSync('/dev/shm')
    ? readdirSync('/dev/shm').filter((name) => /^jambridge-\d+-b[0-9a-z]+-\d+[ab]$/.test(name))
    : [];

interface Printed {
  bench: string;
  machine: Record<string, unknown>;
  rows: Record<string, string | number | boolean | null>[];
}

function run(name: string): Printed {
  const before = segments();
  const { status, stdout, stderr } = bench(name, '--json', '--quick');
  expect(`${status} ${stderr}`).toMatch(/^0 /);
  expect(segments().filter((segment) => !before.includes(segment))).toEqual([]);
  const printed = JSON.parse(stdout) as Printed;
  expect(Object.keys(printed)).toEqual(['bench', 'machine', 'rows']);
  expect(printed.bench).toBe(name);
  expect(printed.machine).toMatchObject({ node: process.version, cores: expect.any(Number) });
  return printed;
}

const positive = (value: unknown): void => expect(Number(value)).toBeGreaterThan(0);

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; build it with: npm run build`);
});

describe('npm run bench', () => {
  test('without a name lists the benchmarks', () => {
    const { status, stdout } = bench();
    expect(status).toBe(0);
    for (const name of ['latency', 'cpu', 'shm']) expect(stdout).toContain(`  ${name} `);
  });

  test.each([['nonsense'], ['latency', '--fast'], ['latency', 'cpu']])('wrong use: %s %s', (...args) => {
    const { status, stdout, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('is not known');
  });

  test('latency', { timeout: TIMEOUT_MS }, () => {
    const { rows } = run('latency');
    expect(rows.map(({ wait }) => wait)).toEqual(['blocking']);
    for (const key of ['ourP50Us', 'ourP99Us', 'floorP50Us', 'floorP99Us', 'ratioP50', 'ratioP99']) {
      positive(rows[0][key]);
    }
    for (const key of ['ourSamples', 'floorSamples', 'packetBytes', 'pluginP50Us', 'relayedFloorP50Us']) {
      positive(rows[0][key]);
    }
  });

  test('cpu', { timeout: TIMEOUT_MS }, () => {
    const { rows } = run('cpu');
    expect(rows.map(({ streams, end }) => [streams, end])).toEqual([
      [1, 'send'],
      [1, 'receive'],
    ]);
    for (const row of rows) for (const key of ['cpuPercentPerStream', 'packetsPerSecond']) positive(row[key]);
  });

  test('shm', { timeout: TIMEOUT_MS }, () => {
    const { rows } = run('shm');
    expect(rows.map(({ measure }) => measure)).toEqual(['block', 'process']);
    for (const key of ['p50Us', 'p99Us', 'arrived']) positive(rows[0][key]);
    for (const key of ['processNsPerInstance', 'copyNsPerInstance', 'ratio', 'instances'])
      positive(rows[1][key]);
  });

  test('repair', { timeout: TIMEOUT_MS }, () => {
    const { rows } = run('repair');
    expect(new Set(rows.map(({ material }) => material)).size).toBeGreaterThanOrEqual(8);
    expect(new Set(rows.map(({ measure }) => measure))).toEqual(
      new Set(['segSnrDb', 'lsdDb', 'joinTimes', 'corePercent']),
    );
    for (const { source } of rows) expect(source).toMatch(/^made up, seed|^[a-z0-9.+-]+ \d/);
  });

  test('rivals: without the tools and packages it skips everybody, says why, and gives no figures', () => {
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'rivals', '--json', '--quick'], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: { ...process.env, PATH: '/nonexistent' },
    });
    expect(status).toBe(0);
    const { rows } = JSON.parse(stdout) as Printed;
    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const row of rows) {
      expect(row).toMatchObject({ status: 'skipped', runs: 0, why: expect.stringMatching(/./) });
      expect(row).not.toHaveProperty('gapsPerMinute');
    }
  });
});
