// The stage of a live test: engines and hosts as real processes, in a session, on a port and in segments that
// nobody else uses. close() ends what still runs and leaves nothing behind.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unlinkSegment } from '../../../bridge/index.js';
import { PACKAGE_ROOT } from '../../../engine/control/package-root.js';
import { type FrameMessage, writeSmf } from '../../../engine/demo/smf-writer.js';
import { type Audio, writeWav } from '../../../engine/demo/wav-file.js';
import { LiveHost } from './live-host.js';
import { LiveProcess } from './live-process.js';
import { LOOPBACK, type Place } from './places.js';
import { StatusWatch } from './status-watch.js';

export const PROGRAM = join(PACKAGE_ROOT, 'dist/engine/cli/main.js');
export const HOST = join(PACKAGE_ROOT, 'build/jambridge-host');
export const PLUGINS = {
  clap: join(PACKAGE_ROOT, 'build/JamBridge.clap'),
  vst3: join(PACKAGE_ROOT, 'build/JamBridge.vst3'),
} as const;
export type Format = keyof typeof PLUGINS;

export interface Engine {
  readonly process: LiveProcess;
  readonly segment: string;
  readonly place: Place;
  readonly watch: StatusWatch;
}

export interface HostOptions {
  readonly mode: 'send' | 'receive' | 'send+receive';
  /** Of its whole life; a receiver is usually stopped before. */
  readonly seconds: number;
  readonly format?: Format;
  readonly block?: string;
  readonly channel?: number;
  readonly latencyMs?: number;
  readonly audio?: Audio;
  readonly midi?: readonly FrameMessage[];
  readonly rate?: number;
  /** In and out; otherwise stereo. */
  readonly channels?: number;
  /** Further parameters, as `key=value`. */
  readonly settings?: readonly string[];
  /** When the song's first frame is due, in monotonic microseconds; otherwise at once. */
  readonly startAtUs?: number;
}

let worlds = 0;

export class LiveWorld {
  readonly folder: string;
  readonly session: string;
  readonly port: number;
  /** Beginning of the names of all its segments. */
  readonly segmentPrefix: string;
  private readonly processes: LiveProcess[] = [];
  private readonly segments = new Set<string>();
  private hosts = 0;

  constructor() {
    for (const needed of [PROGRAM, HOST, ...Object.values(PLUGINS)]) {
      if (!existsSync(needed)) throw new Error(`${needed} is missing; build it with: npm run build`);
    }
    const number = worlds++;
    this.folder = mkdtempSync(join(tmpdir(), 'jambridge-live-'));
    this.session = `live-${process.pid}-${number}`;
    this.port = 20_000 + ((process.pid * 31 + number) % 30_000);
    this.segmentPrefix = `l${process.pid}.${number}`;
  }

  /** Starts an engine, without waiting for it. */
  launchEngine(letter: string, place = LOOPBACK, more: readonly string[] = []): Engine {
    const segment = this.segmentPrefix + letter;
    this.segments.add(segment);
    const named = ['--session', this.session, '--name', `studio ${letter}`, '--segment', segment];
    const where = ['--interface', place.address, '--port', String(this.port)];
    const process_ = this.run(process.execPath, [PROGRAM, 'engine', ...named, ...where, ...more], place);
    return { process: process_, segment, place, watch: new StatusWatch(segment) };
  }

  /** Starts an engine, until it is ready. */
  async startEngine(letter: string, place = LOOPBACK, more: readonly string[] = []): Promise<Engine> {
    const engine = this.launchEngine(letter, place, more);
    await engine.process.says('engine ready');
    return engine;
  }

  /** Starts a host for the segment of that letter, whether or not an engine has made it. */
  startHost(letter: string, options: HostOptions, place = LOOPBACK): LiveHost {
    const segment = this.segmentPrefix + letter;
    this.segments.add(segment);
    const stem = join(this.folder, `${letter}${this.hosts++}`);
    const args = hostArguments(segment, options);
    if (options.audio) args.push('--in', this.write(`${stem}-in.wav`, writeWav(options.audio)));
    if (options.midi) {
      args.push('--midi-in', this.write(`${stem}-in.mid`, writeSmf(options.midi, options.rate ?? 48_000)));
    }
    const receives = options.mode !== 'send';
    if (receives) args.push('--out', `${stem}-out.wav`, '--midi-out', `${stem}-out.mid`);
    return new LiveHost(this.run(HOST, args, place), `${stem}-out.wav`, `${stem}-out.mid`);
  }

  /** Any command of the program, to its end. */
  async command(...args: string[]): Promise<LiveProcess> {
    const process_ = this.run(process.execPath, [PROGRAM, ...args]);
    await process_.exited;
    return process_;
  }

  run(command: string, args: readonly string[], place = LOOPBACK, files?: [number, number]): LiveProcess {
    const [wrapped, wrappedArgs] = place.wrap(command, args);
    const started = new LiveProcess({
      command: wrapped,
      args: wrappedArgs,
      env: { XDG_CONFIG_HOME: this.folder, JAMBRIDGE_SEGMENT: '' },
      ...(files && { files }),
    });
    this.processes.push(started);
    return started;
  }

  file(name: string, content?: string | Uint8Array): string {
    const path = join(this.folder, name);
    return content === undefined ? path : this.write(path, content);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  async close(): Promise<void> {
    for (const one of this.processes) await one.end('SIGKILL');
    for (const segment of this.segments) unlinkSegment(segment);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(path: string, content: string | Uint8Array): string {
    writeFileSync(path, content);
    return path;
  }
}

function hostArguments(segment: string, options: HostOptions): string[] {
  const { format = 'clap', block = '256', channel = 1, latencyMs = 100, rate = 48_000 } = options;
  return [
    ...['--plugin', PLUGINS[format], '--segment', segment, '--seconds', String(options.seconds)],
    ...['--block', block, '--rate', String(rate), '--set', `channel=${channel}`],
    ...['--set', `mode=${options.mode}`, '--set', `latency=${latencyMs}`, '--set', 'dry=0'],
    ...(options.settings ?? []).flatMap((setting) => ['--set', setting]),
    ...(options.channels === undefined ? [] : ['--channels', String(options.channels)]),
    ...(options.startAtUs === undefined ? [] : ['--start-at-us', String(Math.round(options.startAtUs))]),
    ...['--json', '--progress'],
  ];
}
