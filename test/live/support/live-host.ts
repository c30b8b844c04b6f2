// A plugin host of a live test: what it shows while it runs, what it reports and recorded when it ended.
import { readFileSync } from 'node:fs';
import { readSmf } from '../../../engine/demo/smf-reader.js';
import type { FrameMessage } from '../../../engine/demo/smf-writer.js';
import { type Audio, readWav } from '../../../engine/demo/wav-file.js';
import { type LiveProcess, until } from './live-process.js';

export interface HostReport {
  readonly frames: number;
  readonly rate: number;
  readonly blocks: number;
  readonly blockFrames: number;
  readonly blockSeed?: number;
  readonly midiIn: number;
  readonly midiOut: number;
  readonly midiNotTaken: number;
  readonly misplacedEvents: number;
  readonly lateBlocks: number;
  readonly processUs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Monotonic: when frame 0 was due, and when the last block ended. */
  readonly startUs: number;
  readonly lastUs: number;
  readonly status: string;
  /** What the plugin declared, and how often it asked for a restart. */
  readonly latencyFrames: number;
  readonly restarts: number;
}

export interface HostProgress {
  readonly frames: number;
  readonly lateBlocks: number;
  readonly peakOut: number;
  readonly midiOut: number;
  readonly status: string;
}

export class LiveHost {
  constructor(
    readonly process: LiveProcess,
    private readonly wavPath: string,
    private readonly midiPath: string,
  ) {}

  /** What it showed last, of every 250 ms; undefined before the first time. */
  get progress(): HostProgress | undefined {
    const lines = this.process.stderr.split('\n');
    lines.pop(); // not ended yet
    const last = lines.findLast((line) => line.startsWith('{'));
    return last === undefined ? undefined : (JSON.parse(last) as HostProgress);
  }

  /** Resolves when what it shows satisfies. */
  async shows(
    what: string,
    condition: (progress: HostProgress) => boolean,
    withinMs = 10_000,
  ): Promise<void> {
    const shown = () => this.progress !== undefined && condition(this.progress);
    await until(`a host to show ${what}`, shown, {
      withinMs,
      failed: () =>
        this.process.running ? '' : `it ended (${this.process.exitCode}): ${this.process.stderr}`,
      words: () => JSON.stringify(this.progress),
    });
  }

  /** Waits until it ends by itself, or makes it end in good order. */
  async finish(how: 'wait' | 'stop' = 'wait'): Promise<HostReport> {
    const code = await (how === 'stop' ? this.process.end('SIGTERM') : this.process.exited);
    if (code !== 0) throw new Error(`a host failed (${code}): ${this.process.stderr}`);
    return this.report();
  }

  /** After finish(). */
  report(): HostReport {
    return JSON.parse(this.process.stdout) as HostReport;
  }

  /** After finish(). */
  recording(): Audio {
    return readWav(readFileSync(this.wavPath));
  }

  /** After finish(). */
  recordedMidi(rate = 48_000): FrameMessage[] {
    const messages = readSmf(readFileSync(this.midiPath));
    return messages.map(({ seconds, bytes }) => ({ frame: Math.round(seconds * rate), bytes }));
  }
}
