// Two engines in two processes on this machine's loopback, in a session, on a port and in segments of their own:
//
//   plugin-driver -> segment A -> engine A -> multicast -> engine B -> segment B -> plugin-driver
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openSegment, type Segment, unlinkSegment } from '../../bridge/index.js';
import type { StatusDocument } from '../../engine/control/status-document.js';
import { readStatus } from '../../engine/control/status-reader.js';
import { BenchProcess } from './processes.js';
import { COMMAND, PLUGIN_DRIVER, PROBE } from './programs.js';
import { type Schedule, scheduleArgs } from './schedule.js';

export const LOOPBACK = '127.0.0.1';
export const GROUP = '239.255.77.78';
/** As the engine asks by itself; the audio thread of a DAW stands above it. */
export const ENGINE_PRIORITY = 60;
export const AUDIO_THREAD_PRIORITY = 65;

const READY_MS = 30_000;
const LOOK_MS = 50;

export type Side = 'a' | 'b';

export interface StudioOptions {
  readonly sides: readonly Side[];
  readonly spinUs: number;
  /** 0: normal priority. */
  readonly realtimePriority: number;
  readonly probe?: 'events' | 'blocks';
  readonly nodeArgs?: readonly string[];
  readonly engineArgs?: readonly string[];
  /** Arguments of a relay between the two, each on a port of its own; without them they hear each other directly. */
  readonly line?: readonly string[];
}

export interface DriverOptions {
  readonly instances: number;
  readonly channels: 0 | 2;
  readonly mode: 'send' | 'receive' | 'send+receive';
  readonly redundancy: 'none' | 'burst' | 'fec';
  readonly midi: 'on' | 'off';
  readonly notes: 'none' | 'blocks' | 'events' | 'process';
  readonly phase: number;
  readonly offsetSeconds: number;
  /** An event every so many blocks. */
  readonly every: number;
  readonly priority: number;
}

export const BLOCK_FRAMES = 64;
export const SAMPLE_RATE = 48_000;
export const BLOCK_SECONDS = BLOCK_FRAMES / SAMPLE_RATE;

/** What plugin-driver prints. Times of CLOCK_MONOTONIC and durations, nanoseconds. */
export interface DriverResult {
  readonly granted: boolean;
  readonly lateBlocks: number;
  readonly markNs: readonly number[];
  readonly processNs: readonly number[];
  readonly quietNs: readonly number[];
  readonly bellNs: readonly number[];
  readonly copyNs: readonly number[];
}

let studios = 0;
const segmentsInUse = new Set<string>();

/** For the way out: at once. The processes that map them are killed as well. */
export function unlinkAll(): void {
  for (const name of segmentsInUse) unlinkSegment(name);
}

export class Studio {
  readonly port: number;
  /** Between the engines, where one was asked for. */
  readonly relay: BenchProcess | undefined;
  private readonly engines = new Map<Side, BenchProcess>();
  private readonly drivers: BenchProcess[] = [];
  private readonly segments: Segment[] = [];
  private readonly stamp: string;

  private constructor(private readonly options: StudioOptions) {
    // Another studio of this process, one just closed, or another benchmark at the same time: never the same names.
    this.stamp = `${process.pid.toString(36)}-${studios}`;
    this.port = 20_000 + ((process.pid * 8 + studios++) % 30_000);
    this.relay = options.line && this.startRelay(options.line);
  }

  /** Resolves when all engines run and have found each other. */
  static async open(options: StudioOptions): Promise<Studio> {
    const studio = new Studio(options);
    try {
      // The line is there before those who use it, as a cable would be.
      const { relay } = studio;
      if (relay) await studio.until('the relay', () => !relay.alive || relay.stderr.includes('relaying'));
      for (const side of options.sides) studio.startEngine(side);
      await studio.until('the engines to find each other', () =>
        options.sides.every((side) => (studio.look(side)?.peers.length ?? -1) >= options.sides.length - 1),
      );
      return studio;
    } catch (error) {
      await studio.close();
      throw error;
    }
  }

  segmentName(side: Side): string {
    return `b${this.stamp}${side}`;
  }

  enginePid(side: Side): number {
    return this.engines.get(side)?.pid ?? 0;
  }
  engineOutput(side: Side): string {
    return this.engines.get(side)?.stdout ?? '';
  }

  /** The engine's own status; undefined until it has published one. */
  look(side: Side): StatusDocument | undefined {
    const found = readStatus(this.segmentName(side));
    return found.running ? found.status : undefined;
  }

  /** Stays readable when the engine is gone; closed with the studio. */
  openSegment(side: Side): Segment {
    const segment = openSegment(this.segmentName(side));
    if (typeof segment === 'string') throw new Error(segment);
    this.segments.push(segment);
    return segment;
  }

  startDriver(side: Side, schedule: Schedule, options: DriverOptions): BenchProcess {
    const settings = {
      instances: options.instances,
      channels: options.channels,
      mode: options.mode,
      redundancy: options.redundancy,
      midi: options.midi,
      notes: options.notes,
      phase: options.phase,
      'offset-ns': Math.round(options.offsetSeconds * 1e9),
      every: options.every,
      priority: options.priority,
      block: BLOCK_FRAMES,
      rate: SAMPLE_RATE,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const driver = new BenchProcess({
      name: `the plugins of segment ${side}`,
      command: PLUGIN_DRIVER,
      args: [...scheduleArgs(schedule), ...args],
      env: { JAMBRIDGE_SEGMENT: this.segmentName(side) },
    });
    this.drivers.push(driver);
    return driver;
  }

  async until(what: string, condition: () => boolean, lookMs = LOOK_MS): Promise<void> {
    const deadlineMs = performance.now() + READY_MS;
    while (!condition()) {
      const processes = [...this.engines.values(), ...(this.relay ? [this.relay] : [])];
      for (const process of processes) if (!process.alive) throw new Error(process.failure('ended'));
      if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${what}`);
      await sleep(lookMs);
    }
  }

  /** Whatever happened: afterwards nothing of it is left. */
  async close(): Promise<void> {
    for (const driver of this.drivers) driver.kill();
    await Promise.all(this.drivers.map((driver) => driver.ended));
    await Promise.all([...this.engines.values()].map((engine) => engine.stop()));
    await this.relay?.stop();
    for (const side of this.options.sides) {
      unlinkSegment(this.segmentName(side));
      segmentsInUse.delete(this.segmentName(side));
    }
    for (const segment of this.segments) segment.close();
  }

  private portOf(side: Side): number {
    return this.options.line !== undefined && side === 'b' ? this.port + 1 : this.port;
  }

  private startRelay(line: readonly string[]): BenchProcess {
    const sides = ['--from', `${LOOPBACK}:${this.port}`, '--to', `${LOOPBACK}:${this.port + 1}`];
    const args = [COMMAND, 'relay', ...sides, '--group', GROUP, '--json', ...line];
    return new BenchProcess({ name: 'the relay', command: process.execPath, args });
  }

  private startEngine(side: Side): void {
    const { probe, nodeArgs, engineArgs, spinUs, realtimePriority } = this.options;
    const probeArgs = probe === undefined ? [] : ['--import', pathToFileURL(PROBE).href];
    const where = ['--interface', LOOPBACK, '--group', GROUP, '--port', String(this.portOf(side))];
    const how = ['--spinUs', String(spinUs), '--realtimePriority', String(realtimePriority)];
    const who = ['--session', `bench-${this.stamp}`, '--segment', this.segmentName(side), '--name', side];
    const engine = new BenchProcess({
      name: `engine ${side}`,
      command: process.execPath,
      args: [
        ...[...(nodeArgs ?? []), ...probeArgs, COMMAND, 'engine'],
        ...[...where, ...how, ...who, ...(engineArgs ?? [])],
      ],
      env: {
        // Nobody's configuration file shall change what is measured.
        XDG_CONFIG_HOME: join(tmpdir(), `jambridge-bench-${this.stamp}`),
        JAMBRIDGE_PROBE: probe ?? '',
      },
    });
    this.engines.set(side, engine);
    segmentsInUse.add(this.segmentName(side));
  }
}
