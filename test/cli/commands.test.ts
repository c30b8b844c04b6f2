import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../engine/cli/commands.js';
import { run as runHost } from '../../engine/cli/host.js';
import { OPTIONS } from '../../engine/control/configuration-table.js';

let out: string;
let err: string;
let folder: string;
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  folder = mkdtempSync(join(tmpdir(), 'jambridge-test-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  vi.stubEnv('JAMBRIDGE_SEGMENT', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('help', () => {
  test('of the program, of each command: on standard output, exit code 0', async () => {
    for (const args of [
      ['--help'],
      ['-h'],
      ['help'],
      ['engine', '--help'],
      ['status', '--help'],
      ['doctor', '-h'],
      ['midi', '--help'],
    ]) {
      out = '';
      expect(await main(args)).toBe(0);
      expect(out).toMatch(/^usage: jambridge /);
    }
    expect(err).toBe('');
  });

  test('the version is that of the package', async () => {
    expect(await main(['--version'])).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('every key of the configuration is an option of the engine, with its default', async () => {
    await main(['engine', '--help']);
    for (const { key } of OPTIONS) expect(out).toContain(`--${key} VALUE`);
    expect(out).toContain('default 239.255.77.77');
  });
});

describe('wrong use: exit code 2, nothing on standard output', () => {
  const cases: readonly [string[], string][] = [
    [[], 'usage: jambridge COMMAND'],
    [['engin'], 'unknown command "engin"; did you mean "engine"?'],
    [['engine', '--sesion', 'x'], 'unknown option --sesion; did you mean --session?'],
    [['engine', 'now'], 'unexpected word "now"'],
    [['engine', '--port', '0'], '--port: 0 does not fit; allowed: a whole number 1 to 65535'],
    [['engine', '--ttl', 'one'], '--ttl: "one" does not fit'],
    [['engine', '--midi', '{"port":1}'], '--midi:1:9: "midi[0].port": 1 does not fit'],
    [
      ['engine', '--group', '10.0.0.1'],
      'allowed: a text of 7 to 15 bytes, an IPv4 address 224.0.0.0 to 239.255.255.255',
    ],
    [['engine', '--config', '/nowhere/x.jsonc'], '/nowhere/x.jsonc: no such file'],
    [['status', '--segment', 'much/too/strange'], '--segment: "much/too/strange" does not fit'],
    [['status', '--json', '--watch'], '--json prints one object and ends'],
    [['doctor', '--jsn'], 'did you mean --json?'],
    [['midi'], 'say "midi list"'],
    [['midi', 'lst'], 'unknown word "lst"; known: list'],
    [['midi', 'list', 'all'], 'unexpected word "all"'],
  ];
  for (const [args, expected] of cases) {
    test(`jambridge ${args.join(' ')}`, async () => {
      expect(await main(args)).toBe(2);
      expect(err).toContain(expected);
      expect(out).toBe('');
    });
  }

  test('all mistakes of options and file at once', async () => {
    const file = join(folder, 'x.jsonc');
    writeFileSync(file, '{ "ttl": 300,\n "prt": 1 }');
    vi.stubEnv('JAMBRIDGE_SEGMENT', 'no/slash');
    expect(await main(['engine', '--config', file, '--port', 'x'])).toBe(2);
    for (const text of [
      '--port: "x"',
      '--segment: "no/slash"',
      `${file}:1:10: "ttl": 300`,
      `${file}:2:2: unknown key "prt"`,
    ]) {
      expect(err).toContain(text);
    }
  });
});

describe('status without an engine', () => {
  const segment = `no-${process.pid}`;
  test('is said plainly; as JSON too; exit code 1', async () => {
    expect(await main(['status', '--segment', segment])).toBe(1);
    expect(err).toContain('no engine runs');
    expect(out).toBe('');
    expect(await main(['status', '--json', '--segment', segment])).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      running: false,
      reason: expect.stringContaining('no engine runs'),
    });
  });
});

describe('host', () => {
  const program = (text: string) => {
    const path = join(folder, 'host.sh');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test('gives arguments on and exit codes back', async () => {
    expect(
      await runHost(
        ['--plugin', 'a b', '--offline'],
        program('[ "$2" = "a b" ] && [ $# = 3 ] && exit 0; exit 9'),
      ),
    ).toBe(0);
    expect(await runHost([], program('exit 2'))).toBe(2);
    expect(await runHost([], program('kill -9 $$'))).toBe(1);
    expect(err).toContain('ended by SIGKILL');
  });

  test('that is not built says how to build it', async () => {
    expect(await runHost([], join(folder, 'absent'))).toBe(1);
    expect(err).toContain('npm run build');
  });
});
