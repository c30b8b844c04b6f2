// The command as a user runs it: a profile, a trace written, the same trace played. Needs dist/, which `npm test` makes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Network } from '../../bridge/index.js';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';
import type { RelayCounts } from '../../engine/impairment/relay.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';

const COMMAND = join(PACKAGE_ROOT, 'dist/engine/cli/main.js');
const GROUP = '239.255.77.79';
const PORT = 42_000 + ((process.pid * 2) % 20_000);
const PACKETS = 400;
const PACKET_BYTES = 80;

const folder = mkdtempSync(join(tmpdir(), 'jambridge-relay-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; out: string }>;
} {
  const sides = ['--from', `127.0.0.1:${PORT}`, '--to', `127.0.0.1:${PORT + 1}`, '--group', GROUP];
  const child = spawn(process.execPath, [COMMAND, 'relay', ...sides, '--json', ...args]);
  let out = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text;
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out }));
  });
  return { child, ended };
}

/** Numbered AUDIO packets, a few at a time. */
async function sendPackets(): Promise<void> {
  const sendSlab = new ArrayBuffer(PACKET_BYTES);
  const network = new Network({
    ...{ interfaceAddresses: ['127.0.0.1'], group: GROUP, port: PORT, ttl: 1, loop: true, sendSlab },
    ...{ receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20, datagramStride: 2048, batchMax: 64 },
    doorbell: false,
  });
  const view = new DataView(sendSlab);
  view.setUint32(0, 0x54534f54, true);
  view.setUint8(5, PACKET_TYPE.audio);
  network.sendMeta[1] = PACKET_BYTES;
  for (let sequence = 0; sequence < PACKETS; sequence++) {
    view.setUint32(8, sequence, true);
    expect(network.send(1)).toBe(1);
    if (sequence % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  network.close();
}

async function relay(args: readonly string[]): Promise<Record<string, number>> {
  const { child, ended } = start(args);
  await new Promise<void>((resolve) =>
    child.stderr?.on('data', (text: Buffer) => {
      if (text.includes('relaying')) resolve();
    }),
  );
  await sendPackets();
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expect(code).toBe(0);
  return { ...(JSON.parse(out) as RelayCounts).directions[0].types.audio };
}

describe('jambridge relay', () => {
  it('writes a trace and does what it says', async () => {
    const trace = join(folder, 'line.trace');
    const first = await relay(['--profile', 'extreme', '--seed', '5', '--record', trace]);
    expect(first.seen).toBe(PACKETS);
    expect(first.dropped).toBeGreaterThan(10);
    expect(first.dropped).toBeLessThan(340);
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('jambridge-trace 1');
    expect(lines.length).toBe(1 + PACKETS);
    expect(lines.filter((line) => line.endsWith(' lost')).length).toBe(first.dropped);
    const again = await relay(['--replay', trace]);
    const { reordered: _held, delayed: _late, ...same } = first;
    expect(again).toMatchObject(same);
  });

  it('refuses what it can not read, with the place', async () => {
    const { child, ended } = start(['--replay', join(folder, 'none.trace')]);
    let words = '';
    child.stderr?.on('data', (text: Buffer) => {
      words += text;
    });
    expect((await ended).code).toBe(2);
    expect(words).toContain('none.trace: ENOENT');
  });
});
