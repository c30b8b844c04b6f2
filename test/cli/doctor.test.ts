// The compiled doctor on this machine: needs dist/ and build/, which `npm test` makes first.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unlinkSegment } from '../../bridge/index.js';
import type { Check } from '../../engine/cli/doctor-check.js';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';

const DIST = join(PACKAGE_ROOT, 'dist');
const PROGRAM = join(DIST, 'engine', 'cli', 'main.js');
const SEGMENT = `doc${process.pid}`;
const PORT = String(20_000 + (process.pid % 20_000));

let folder: string;
beforeEach(() => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; build it with: npm run build`);
  folder = mkdtempSync(join(tmpdir(), 'jambridge-test-'));
});
afterEach(() => {
  unlinkSegment(SEGMENT);
  rmSync(folder, { recursive: true });
});

function doctor(...args: string[]): { code: number | null; ok: boolean; checks: Check[]; text: string } {
  const all = [PROGRAM, 'doctor', '--segment', SEGMENT, '--port', PORT, ...args];
  const env = { ...process.env, XDG_CONFIG_HOME: folder, JAMBRIDGE_SEGMENT: '' };
  const { status, stdout } = spawnSync(process.execPath, all, { env, encoding: 'utf8' });
  if (!args.includes('--json')) return { code: status, ok: false, checks: [], text: stdout };
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return { code: status, ok, checks, text: stdout };
}
const named = (checks: Check[], name: string) => checks.filter((check) => check.name === name);

/** A program that holds a slot and is killed in the middle of it. */
async function dieWithSlot(): Promise<void> {
  const bridge = JSON.stringify(join(DIST, 'bridge', 'index.js'));
  const text = `import(${bridge}).then(b => { const s = b.createSegment('${SEGMENT}');
    b.claimSlot(s, 2, 2); console.log('held'); setInterval(() => s.name, 1e6); })`;
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

describe('doctor', () => {
  test('looks at everything, in order; exit code and "ok" follow what failed', () => {
    const { checks, code, ok } = doctor('--json', '--interface', 'lo');
    const names = [...new Set(checks.map(({ name }) => name))];
    // Segments of other names may be there, or not.
    expect(names.filter((name) => !/^(other segments|segment of another version)$/.test(name))).toEqual([
      ...[
        'segment',
        'shared memory',
        'interface',
        'multicast to itself',
        'multicast from others',
        'socket buffers',
      ],
      ...[
        'real-time priority',
        'locked memory',
        'MIDI devices',
        'GPU',
        'CLAP plugin',
        'VST3 plugin',
        'plugin host',
      ],
    ]);
    expect(named(checks, 'interface')[0]).toMatchObject({ state: 'ok', found: 'lo (127.0.0.1)' });
    expect(named(checks, 'multicast to itself')[0].state).toBe('ok');
    for (const check of checks) expect(check.advice === '').toBe(check.state === 'ok');
    expect(ok).toBe(checks.every((check) => check.state !== 'failed'));
    expect(code).toBe(ok ? 0 : 1);
  });

  test('an interface that is not there fails, with a way out', () => {
    const { checks, code } = doctor('--json', '--interface', 'nic9');
    expect(named(checks, 'interface')[0]).toMatchObject({
      state: 'failed',
      advice: expect.stringContaining('--interface'),
    });
    expect(code).toBe(1);
    expect(doctor('--interface', 'nic9').text).toMatch(/^FAILED {3}interface: there is no interface "nic9"/m);
  });

  test('slots that programs left when they died are counted', async () => {
    await dieWithSlot();
    await new Promise((resolve) => setTimeout(resolve, 2100)); // as long as an owner may be silent
    const { checks } = doctor('--json', '--interface', 'lo');
    expect(named(checks, 'slots')[0]).toMatchObject({
      state: 'warning',
      found: '0 of 64 in use, 1 left by programs that died',
    });
    expect(named(checks, 'engine')[0].found).toContain('no engine runs');
  });
});
