// The compiled program as a user runs it: needs dist/ and build/, which `npm test` makes first.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';
import type { StatusDocument } from '../../engine/control/status-document.js';

const PROGRAM = join(PACKAGE_ROOT, 'dist', 'engine', 'cli', 'main.js');
const PORT = 20_000 + (process.pid % 20_000);

let folder: string;
let engines: Engine[];
beforeEach(() => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; build it with: npm run build`);
  folder = mkdtempSync(join(tmpdir(), 'jambridge-test-'));
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.end('SIGKILL');
  rmSync(folder, { recursive: true });
});

const environment = () => ({ ...process.env, XDG_CONFIG_HOME: folder, JAMBRIDGE_SEGMENT: '' });

class Engine {
  said = '';
  readonly process: ChildProcess;
  readonly exited: Promise<number | string>;

  constructor(
    readonly segment: string,
    args: string[] = [],
  ) {
    const all = ['engine', '--interface', 'lo', '--port', String(PORT), '--segment', segment, ...args];
    this.process = spawn(process.execPath, [PROGRAM, ...all], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stderr?.on('data', (text) => {
      this.said += text;
    });
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => resolve(code ?? signal ?? 'lost'));
    });
    engines.push(this);
  }

  async hears(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.said).toContain(text), { timeout: 10_000, interval: 20 });
  }
  end(signal: NodeJS.Signals): Promise<number | string> {
    this.process.kill(signal);
    return this.exited;
  }
}

function status(segment: string): {
  code: number | null;
  said: string;
  json: StatusDocument & { running: boolean; reason: string };
} {
  const args = [PROGRAM, 'status', '--json', '--segment', segment];
  const {
    status: code,
    stdout,
    stderr,
  } = spawnSync(process.execPath, args, { env: environment(), encoding: 'utf8' });
  return { code, said: stderr, json: JSON.parse(stdout) };
}

const name = (letter: string) => `${letter}${process.pid}`;

describe('an engine in its process', () => {
  test('runs, is seen, refuses a second one, and ends at SIGTERM without a trace', async () => {
    const engine = new Engine(name('a'), ['--session', 'alpha']);
    await engine.hears('engine ready');
    expect(engine.said).toContain('session "alpha" on lo (127.0.0.1)');
    const seen = status(engine.segment);
    expect(seen.code).toBe(0);
    expect(seen.json).toMatchObject({
      running: true,
      engine: { pid: engine.process.pid, session: 'alpha' },
      peers: [],
    });
    const second = new Engine(engine.segment);
    expect(await second.exited).toBe(1);
    expect(second.said).toContain(`another engine (process ${engine.process.pid}) already runs`);
    expect(await engine.end('SIGTERM')).toBe(0);
    expect(status(engine.segment).json.reason).toContain('no engine runs');
    expect(existsSync(`/dev/shm/jambridge-${process.getuid?.()}-${engine.segment}`)).toBe(false);
  });

  test('is missed when it was killed, and its place is taken', async () => {
    const engine = new Engine(name('k'));
    await engine.hears('engine ready');
    await engine.end('SIGKILL');
    const { code, json } = status(engine.segment);
    expect(code).toBe(1);
    expect(json.reason).toContain(`the engine (process ${engine.process.pid}) died`);
    const next = new Engine(engine.segment);
    await next.hears('engine ready');
    expect(status(engine.segment).json.engine.generation).toBeGreaterThan(1);
    expect(await next.end('SIGINT')).toBe(0);
  });

  test('hears another engine come within a second, and leave at once', async () => {
    const anna = new Engine(name('b'), ['--name', 'Anna']);
    await anna.hears('engine ready');
    const ben = new Engine(name('c'), ['--name', 'Ben']);
    await ben.hears('"Anna" (127.0.0.1) joined');
    await anna.hears('"Ben" (127.0.0.1) joined');
    await vi.waitFor(() => expect(status(anna.segment).json.peers.map((peer) => peer.name)).toEqual(['Ben']));
    expect(await ben.end('SIGINT')).toBe(0);
    await anna.hears('"Ben" (127.0.0.1) left');
    expect(await anna.end('SIGINT')).toBe(0);
  });

  test('follows its file while it runs', async () => {
    const file = join(folder, 'jam.jsonc');
    writeFileSync(file, '{ "session": "one", "ttl": 1 }');
    const engine = new Engine(name('f'), ['--config', file]);
    await engine.hears('engine ready');
    writeFileSync(file, '{ "session": "one", "ttl": 1000 }');
    await engine.hears(`${file}:1:28: "ttl": 1000 does not fit`);
    writeFileSync(file, '{ "session": "two", "ttl": 3 }');
    await engine.hears('taken; changed: session, ttl');
    await vi.waitFor(() =>
      expect(status(engine.segment).json).toMatchObject({ engine: { session: 'two' }, network: { ttl: 3 } }),
    );
    expect(await engine.end('SIGINT')).toBe(0);
  });

  test('an interface that is not there is said with those that are', async () => {
    const engine = new Engine(name('i'), ['--interface=nic9']);
    expect(await engine.exited).toBe(2);
    expect(engine.said).toContain('--interface is given twice');
    const args = [PROGRAM, 'engine', '--interface', 'nic9', '--segment', name('j')];
    const { status: code, stderr } = spawnSync(process.execPath, args, {
      env: environment(),
      encoding: 'utf8',
    });
    expect(stderr).toContain('there is no interface "nic9"; there are: lo (127.0.0.1)');
    expect(code).toBe(1);
  });
});
