// Control without servers: the sockets of a running engine, and of a host with the plugin in it, as the kernel
// lists them. Only UDP and unix datagrams.
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './support/live-process.js';
import { HOST, LiveWorld, PLUGINS, PROGRAM } from './support/live-world.js';
import { StatusWatch } from './support/status-watch.js';

const LOOKS = 20;

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.close());

/** Inodes of the sockets that a process holds now. */
function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** What a socket is, by its inode; for unix sockets with their type. */
function kindsIn(pid: number): Map<string, string> {
  const kinds = new Map<string, string>();
  const rows = (table: string) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'raw', 'raw6']) {
    for (const row of rows(table)) if (row.length > 9) kinds.set(row[9], table);
  }
  for (const row of rows('netlink')) if (row.length > 9) kinds.set(row[9], 'netlink');
  for (const row of rows('packet')) if (row.length > 8) kinds.set(row[8], 'packet');
  for (const row of rows('unix')) {
    if (row.length > 6) kinds.set(row[6], row[4] === '0002' ? 'unix datagram' : `unix of type ${row[4]}`);
  }
  return kinds;
}

/** The kinds of a process's sockets over some time. Those closed between two looks have no kind. */
async function kindsOver(pid: number): Promise<string[]> {
  const seen = new Set<string>();
  for (let look = 0; look < LOOKS; look++) {
    const held = socketsOf(pid);
    const kinds = kindsIn(pid);
    const still = new Set(socketsOf(pid));
    for (const inode of held) if (still.has(inode)) seen.add(kinds.get(inode) ?? `unknown (${inode})`);
    await sleep(100);
  }
  return [...seen].sort();
}

describe('sockets of a running session', () => {
  it('are UDP and unix datagrams, nothing else', async () => {
    // Standard output and error into files: pipes of the test would be unix streams of its own making.
    const said = openSync(world.file('said.txt', ''), 'a');
    const segment = `${world.segmentPrefix}t`;
    const where = ['--interface', 'lo', '--port', String(world.port), '--segment', segment];
    const engine = world.run(process.execPath, [PROGRAM, 'engine', ...where], undefined, [said, said]);
    const watch = new StatusWatch(segment);
    await until('the engine', () => watch.read() !== undefined, { words: () => world.read('said.txt') });
    const plugin = [
      '--plugin',
      PLUGINS.clap,
      '--segment',
      segment,
      '--seconds',
      '60',
      '--set',
      'mode=send+receive',
    ];
    const host = world.run(HOST, plugin, undefined, [said, said]);
    await until('the plugin', () => watch.activeSlots().length === 1);
    const [ofEngine, ofHost] = await Promise.all([kindsOver(engine.pid), kindsOver(host.pid)]);
    // Asking the kernel for the list of interfaces takes a netlink socket for a moment.
    expect(ofEngine.filter((kind) => kind !== 'netlink')).toEqual(['udp', 'unix datagram']);
    expect(ofHost).toEqual(['unix datagram']);
    await host.end('SIGTERM');
    expect(await engine.end('SIGTERM')).toBe(0);
    closeSync(said);
  });

  it('a stream socket would be found', () => {
    const pipes = socketsOf(process.pid).map((inode) => kindsIn(process.pid).get(inode));
    const engine = world.launchEngine('u');
    const mine = socketsOf(process.pid).map((inode) => kindsIn(process.pid).get(inode));
    expect(mine.length).toBeGreaterThan(pipes.length);
    expect(mine).toContain('unix of type 0001');
    expect(engine.process.running).toBe(true);
  });
});
