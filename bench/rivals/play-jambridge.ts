// One run of JamBridge: host with the plugin -> engine (studio A) -> line -> engine (studio B) -> plugin in a host.
// Samples of 16 bits, as the others send; sound or notes, as the others carry them.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs, unlinkSegment } from '../../bridge/index.js';
import { EngineWatch } from '../../engine/demo/engine-watch.js';
import { readSmf } from '../../engine/demo/smf-reader.js';
import { readWav } from '../../engine/demo/wav-file.js';
import { atExit } from '../support/at-exit.js';
import { BenchProcess } from '../support/processes.js';
import { BUILD_FOLDER, COMMAND } from '../support/programs.js';
import { ADDRESS, type Studio } from './line.js';
import { compareNotes } from './notes.js';
import { RATE } from './piece.js';
import type { Stage } from './play-rival.js';
import { ProcessorMeter, type RunResult, SETTLE_SECONDS, SKIP_SECONDS, TAIL_SECONDS } from './run-result.js';
import { compareSound } from './sound.js';
import { PERIOD_FRAMES } from './system.js';

export const PORT = 7777;
export type Protection = 'none' | 'burst' | 'jellie' | 'fec';

export interface Ours {
  /** Notes travel beside silent, unprotected sound. */
  readonly carries: 'sound' | 'notes';
  readonly protection: Protection;
  readonly latencyMs: number;
}

const ENGINES = 2;
const READY_MS = 20_000;
const LOOK_MS = 20;
/** Until the hosts have loaded the plugin. */
const START_SECONDS = 1.5;

/** Two engines that stay, as they do in studios; hosts come and go with each run. */
export class JamBridgeDuo {
  private readonly running: BenchProcess[] = [];
  private readonly unlink = atExit(() => {
    for (const studio of ['a', 'b'] as const) unlinkSegment(segmentName(studio));
  });
  private readonly watches: Readonly<Record<Studio, EngineWatch>>;

  constructor(
    private readonly ours: Ours,
    private readonly stage: Stage,
  ) {
    this.watches = { a: new EngineWatch(segmentName('a')), b: new EngineWatch(segmentName('b')) };
  }

  async startEngines(): Promise<void> {
    for (const studio of ['a', 'b'] as const) {
      this.start(`engine ${studio}`, studio, process.execPath, [
        ...[COMMAND, 'engine', '--session', `rivals-${process.pid}`, '--name', studio],
        ...['--interface', ADDRESS[studio], '--port', String(PORT), '--segment', segmentName(studio)],
        ...['--format.samples', 's16'],
      ]);
    }
    const met = ({ a, b }: typeof this.watches) =>
      [a, b].every((watch) => watch.look() && (watch.latest?.peers.length ?? 0) > 0);
    await this.until('the engines to find each other', () => met(this.watches));
  }

  async play(trace: readonly boolean[]): Promise<RunResult> {
    try {
      return await this.run(trace);
    } finally {
      this.stage.line.heal();
      await Promise.all(this.running.splice(ENGINES).map((host) => host.stop()));
    }
  }

  /** Whatever happened: afterwards nothing of it is left. */
  async close(): Promise<void> {
    await Promise.all(this.running.map((process) => process.stop()));
    this.unlink();
  }

  private async run(trace: readonly boolean[]): Promise<RunResult> {
    const { line, piece, files } = this.stage;
    const startUs = Math.round(nowUs() + START_SECONDS * 1e6);
    const midi = ['--set', `midi=${this.notes ? 'on' : 'off'}`];
    const out = [
      ...(this.notes ? ['--midi-out', files.recordedMidi] : ['--out', files.recordedWav]),
      ...midi,
    ];
    const input = [...(this.notes ? ['--midi-in', files.midi] : ['--in', files.wav]), ...midi];
    const seconds = SETTLE_SECONDS + piece.seconds + TAIL_SECONDS;
    const receiver = this.startHost('b', startUs, seconds, [
      ...[...out, '--set', 'mode=receive', '--set', 'dry=0'],
      ...['--set', `latency=${this.ours.latencyMs}`],
    ]);
    const sender = this.startHost('a', startUs, seconds, [
      ...[...input, '--set', 'mode=send'],
      ...['--set', `redundancy=${this.ours.protection}`],
    ]);
    await sleepUntilUs(startUs + SETTLE_SECONDS * 1e6);
    line.lose([PORT], trace);
    const [engineA, engineB] = this.running.map(({ pid }) => pid);
    const meter = new ProcessorMeter([
      [engineA, sender.pid],
      [engineB, receiver.pid],
    ]);
    await sleep((piece.seconds - 0.1) * 1000);
    const [cpuSendPercent, cpuReceivePercent] = meter.read();
    const counts = line.counts();
    const ends = (await Promise.all([sender.result(), receiver.result()])) as { lateBlocks: number }[];
    return {
      ...{ late: ends[0].lateBlocks + ends[1].lateBlocks, line: counts, seconds: piece.seconds },
      ...{ cpuSendPercent, cpuReceivePercent },
      ...this.findings(),
    };
  }

  private get notes(): boolean {
    return this.ours.carries === 'notes';
  }

  private findings(): Pick<RunResult, 'sound' | 'notes'> {
    const { piece, files } = this.stage;
    const settle = SETTLE_SECONDS * RATE;
    if (this.notes) {
      const notes = readSmf(take(files.recordedMidi)).map(({ seconds, bytes }) => ({
        frame: Math.round(seconds * RATE) - settle,
        bytes,
      }));
      return { notes: compareNotes(piece.midi, notes) };
    }
    const recorded = readWav(take(files.recordedWav)).channels[0].subarray(settle);
    return { sound: compareSound(piece.channels[0], recorded, SKIP_SECONDS * RATE, piece.seconds * RATE) };
  }

  private startHost(studio: Studio, startUs: number, seconds: number, args: string[]): BenchProcess {
    return this.start(`host ${studio}`, studio, join(BUILD_FOLDER, 'jambridge-host'), [
      ...['--plugin', join(BUILD_FOLDER, 'JamBridge.clap'), '--segment', segmentName(studio)],
      ...['--block', String(PERIOD_FRAMES), '--rate', String(RATE), '--start-at-us', String(startUs)],
      ...['--seconds', String(seconds), '--set', 'channel=1', '--json', ...args],
    ]);
  }

  private start(name: string, studio: Studio, command: string, args: readonly string[]): BenchProcess {
    const [wrapped, wrappedArgs] = this.stage.line.wrap(studio, command, args);
    // Nobody's configuration file shall change what is measured.
    const env = { XDG_CONFIG_HOME: this.stage.files.folder };
    const started = new BenchProcess({ name, command: wrapped, args: wrappedArgs, env });
    this.running.push(started);
    return started;
  }

  private async until(what: string, condition: () => boolean): Promise<void> {
    const giveUpMs = performance.now() + READY_MS;
    while (!condition()) {
      for (const started of this.running) if (!started.alive) throw new Error(started.failure('ended'));
      if (performance.now() > giveUpMs) throw new Error(`waited in vain for ${what}`);
      await sleep(LOOK_MS);
    }
  }
}

/** The next run must not find it. */
function take(path: string): Uint8Array {
  const file = readFileSync(path);
  rmSync(path);
  return file;
}

function segmentName(studio: Studio): string {
  return `rv${process.pid.toString(36)}${studio}`;
}

async function sleepUntilUs(us: number): Promise<void> {
  await sleep(Math.max(0, (us - nowUs()) / 1000));
}
