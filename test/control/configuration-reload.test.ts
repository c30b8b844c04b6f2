import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Configuration } from '../../engine/control/configuration-table.js';
import { LiveConfiguration } from '../../engine/control/live-configuration.js';

let folder: string;
let path: string;
let taken: Configuration[];
let said: string[];
let watching: Subscription | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jambridge-test-'));
  path = join(folder, 'config.jsonc');
  taken = [];
  said = [];
});
afterEach(() => {
  watching?.unsubscribe();
  rmSync(folder, { recursive: true });
});

function start(overrides = {}): LiveConfiguration {
  const live = new LiveConfiguration({ path, required: false, overrides });
  watching = live.changes((text) => said.push(text)).subscribe((next) => taken.push(next));
  return live;
}
const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5000, interval: 20 });

describe('the file while the engine runs', () => {
  test('a change is taken once, and named', async () => {
    writeFileSync(path, '{ "latencyMs": 5 }');
    const live = start();
    expect(live.current.latencyMs).toBe(5);
    writeFileSync(path, '{ "latencyMs": 7, "session": "b" }');
    await until(() => taken.length === 1);
    expect(taken[0]).toMatchObject({ latencyMs: 7, session: 'b' });
    expect(said).toEqual([`${path}: taken; changed: session, latencyMs`]);
  });

  test('a broken file is reported with its place and changes nothing; mending it is enough', async () => {
    writeFileSync(path, '{ "latencyMs": 5 }');
    const live = start();
    writeFileSync(path, '{\n "latencyMs": 0 }');
    await until(() => said.length === 2);
    expect(said[0]).toBe(`${path}:2:15: "latencyMs": 0 does not fit; allowed: a number 1 to 500 ms`);
    expect(said[1]).toContain('the settings stay as they were');
    expect(live.current.latencyMs).toBe(5);
    writeFileSync(path, '{ "latencyMs": 6 }');
    await until(() => taken.length === 1);
    expect(live.current.latencyMs).toBe(6);
  });

  test('an editor that replaces the file, a file that goes and comes', async () => {
    writeFileSync(path, '{ "ttl": 2 }');
    const live = start();
    writeFileSync(`${path}.new`, '{ "ttl": 3 }');
    renameSync(`${path}.new`, path);
    await until(() => live.current.ttl === 3);
    rmSync(path);
    await until(() => said.some((text) => text.includes('the file is gone')));
    expect(live.current.ttl).toBe(3);
    writeFileSync(path, '{ "ttl": 4 }');
    await until(() => live.current.ttl === 4);
  });

  test('a folder that comes after the start', async () => {
    path = join(folder, 'jambridge', 'config.jsonc');
    const live = start();
    mkdirSync(join(folder, 'jambridge'));
    writeFileSync(path, '{ "ttl": 9 }');
    await until(() => live.current.ttl === 9);
  });

  test('the command line stays above the file; the segment stays for life; nothing new is no change', async () => {
    writeFileSync(path, '{ "segment": "one" }');
    const live = start({ port: 9000 });
    writeFileSync(path, '{ "segment": "two", "port": 9001 }');
    await until(() => said.length > 0);
    expect(said).toEqual(['"segment" is taken at the next start of the engine']);
    expect(live.current).toMatchObject({ segment: 'one', port: 9000 });
    expect(taken).toEqual([]);
  });
});

test('a file that was named must be there', () => {
  const live = new LiveConfiguration({ path, required: true, overrides: {} });
  expect(live.problems).toEqual([{ source: path, line: 0, column: 0, message: 'no such file' }]);
});
