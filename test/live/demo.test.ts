// The main job as the user starts it: the command, its files, its JSON, its exit code, and what it leaves.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuPart } from '../../engine/demo/result.js';
import { readSmf } from '../../engine/demo/smf-reader.js';
import { readWav } from '../../engine/demo/wav-file.js';
import { WITHOUT_GPU } from '../gpu/support.js';
import { ROOT } from '../support/source-files.js';

const COMMAND = join(ROOT, 'dist/engine/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'jambridge-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Counts {
  readonly [name: string]: number;
}
interface Result {
  readonly done: boolean;
  readonly audio: Counts;
  readonly midi: Counts;
  readonly latencyUs: Counts;
  readonly loss: Counts;
  readonly seed: number;
  readonly offsetFrames: number;
}

function start(args: string[]) {
  const child = spawn(process.execPath, [COMMAND, 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += String(data);
  });
  child.stderr.on('data', (data) => {
    said.err += String(data);
  });
  const code = new Promise<number>((resolve) => child.on('close', (end) => resolve(end ?? -1)));
  return { child, said, code };
}

/** What a demo of this process id may have left on the machine. */
function leftOf(pid: number): string[] {
  const shared = existsSync('/dev/shm') ? readdirSync('/dev/shm') : [];
  let spaces = '';
  try {
    spaces = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  } catch {
    // no namespaces on this system, so none left
  }
  const names = [...shared, ...spaces.split('\n')];
  return names.filter((name) => name.includes(`demo${pid}`) || name.startsWith(`jb${pid}`));
}

describe('the demo without loss', () => {
  const json = join(folder, 'result.json');
  const out = join(folder, 'out');
  let code = -1;
  let result: Result;
  let pid = 0;
  let said = '';

  beforeAll(async () => {
    // Much more latency than the line needs: this test is about the job, not about this machine's speed.
    const loss = ['--loss-audio', '0', '--loss-midi', '0', '--latency-ms', '200'];
    const run = start(['--seconds', '3', '--seed', '12', ...loss, '--json', json, '--out', out]);
    pid = run.child.pid ?? 0;
    code = await run.code;
    said = run.said.out + run.said.err;
    result = JSON.parse(readFileSync(json, 'utf8')) as Result;
  });

  it('does the job: every frame exact, every event there once', () => {
    expect(code, said).toBe(0);
    const { audio, midi, done } = result;
    expect(done).toBe(true);
    expect(audio).toMatchObject({
      framesSent: 144_000,
      framesExact: 144_000,
      framesConcealed: 0,
      framesMissing: 0,
    });
    expect(midi.sent).toBeGreaterThan(100);
    expect(midi).toMatchObject({
      delivered: midi.sent,
      exact: midi.sent,
      missing: 0,
      duplicated: 0,
      hung: 0,
    });
  });

  it('tells what scripts need to know', () => {
    expect(result).toMatchObject({ loss: { audioPercent: 0, midiPercent: 0 }, seed: 12 });
    expect(result.latencyUs.p50).toBeGreaterThan(0);
    expect(result.latencyUs.p99).toBeGreaterThanOrEqual(result.latencyUs.p50);
    expect(said).toMatch(/bit-exact\s+144,000/);
  });

  it('leaves the files it compared, aligned at one offset', () => {
    const sent = readWav(readFileSync(join(out, 'sent.wav'))).channels[0];
    const received = readWav(readFileSync(join(out, 'received.wav'))).channels[0];
    for (let frame = 72_000; frame < 72_000 + 144_000; frame += 997) {
      expect(received[frame + result.offsetFrames]).toBe(sent[frame]);
    }
    const events = (name: string) => readSmf(readFileSync(join(out, name))).length;
    expect(events('received.mid')).toBe(events('sent.mid'));
  });

  it('leaves nothing else', () => {
    expect(leftOf(pid)).toEqual([]);
  });
});

describe('the demo with loss', () => {
  it('keeps its books, and loses what was asked for', async () => {
    const json = join(folder, 'lossy.json');
    const loss = ['--loss-audio', '30', '--loss-midi', '50', '--latency-ms', '200'];
    const choice = ['--redundancy', 'burst', '--plugin-format', 'vst3'];
    const run = start(['--seconds', '3', ...loss, ...choice, '--json', json, '--out', join(folder, 'lossy')]);
    const code = await run.code;
    const { audio, midi, loss: seen, done } = JSON.parse(readFileSync(json, 'utf8')) as Result;
    expect(code).toBe(done ? 0 : 1);
    expect(audio.framesExact + audio.framesConcealed + audio.framesMissing).toBe(audio.framesSent);
    expect(audio.framesConcealed).toBeGreaterThan(0); // 0.3^3 of 2250 packets: none in one of e^60 runs
    expect(midi.delivered + midi.missing).toBe(midi.sent);
    expect(midi).toMatchObject({ duplicated: 0, hung: 0, unexpected: 0 });
    expect(Math.abs(seen.audioPercent - 30)).toBeLessThan(3);
    expect(Math.abs(seen.midiPercent - 50)).toBeLessThan(15);
  });
});

describe.skipIf(WITHOUT_GPU)('the demo by way of the GPU', () => {
  it('does the job: packets that the device restored among those that were heard, each exact', async () => {
    const json = join(folder, 'gpu.json');
    const line = ['--loss-audio', '33', '--loss-midi', '50', '--latency-ms', '200'];
    const run = start([
      '--seconds',
      '3',
      ...line,
      '--backend',
      'gpu',
      '--json',
      json,
      '--out',
      join(folder, 'gpu'),
    ]);
    expect(await run.code, run.said.out + run.said.err).toBe(0);
    const { audio, midi, gpu } = JSON.parse(readFileSync(json, 'utf8')) as Result & { gpu: GpuPart };
    expect(audio).toMatchObject({ framesExact: audio.framesSent, framesMissing: 0 });
    expect(midi).toMatchObject({ delivered: midi.sent, missing: 0, duplicated: 0, hung: 0 });
    console.log(
      `${gpu.adapter}: ${JSON.stringify(gpu.work)}, round trips ${JSON.stringify(gpu.roundTripUs)}`,
    );
    expect(gpu.stages).toEqual(['parse', 'recover', 'conceal', 'resample', 'meter']);
    expect(gpu.work.windows.used).toBeGreaterThan(0);
    expect(gpu.work.packets.asked).toBeGreaterThan(0);
    expect(run.said.out).toContain(`GPU                             ${gpu.adapter}`);
  });
});

describe('the demo that can not do its job', () => {
  it('says what is wrong with its arguments and files', async () => {
    for (const [args, code, words] of [
      [['--seconds', 'soon'], 2, /--seconds: 'soon' is not a number/],
      [['--plugin-format', 'au'], 2, /clap or vst3, not 'au'/],
      [['--loudness', '11'], 2, /--loudness/],
      [['--backend', 'fpga'], 2, /auto, gpu, cpu, not 'fpga'/],
      [['--audio', join(folder, 'nowhere.wav')], 1, /nowhere\.wav.*no such file/],
    ] as const) {
      const run = start([...args, '--out', join(folder, 'none')]);
      expect(await run.code, String(args)).toBe(code);
      expect(run.said.err).toMatch(words);
      expect(run.said.out).toBe('');
    }
  });

  it('takes everything away when it is interrupted', async () => {
    const run = start(['--seconds', '30', '--out', join(folder, 'interrupted')]);
    while (!/ s {2}packets/.test(run.said.err)) {
      await sleep(100);
      expect(run.child.exitCode, run.said.err).toBeNull();
    }
    run.child.kill('SIGINT');
    expect(await run.code).toBe(1);
    expect(leftOf(run.child.pid ?? 0)).toEqual([]);
  });
});
