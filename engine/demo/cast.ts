// The processes of the demo and the order they come on stage:
//
//   host (send) -> plugin -> engine A -> multicast -> relay -> multicast -> engine B -> plugin -> host (receive)
//
// From the end of the route to its beginning, so that nothing is sent before somebody listens.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unlinkSegment } from '../../bridge/index.js';
import { PACKAGE_ROOT } from '../control/package-root.js';
import type { BackendName } from '../gpu/probe-report.js';
import type { RelayCounts } from '../impairment/relay.js';
import { Child } from './children.js';
import { EngineWatch } from './engine-watch.js';
import type { RedundancyName } from './judgement.js';
import type { Site, Venue } from './venue.js';

export interface CastOptions {
  readonly pluginFormat: 'clap' | 'vst3';
  readonly redundancy: RedundancyName;
  readonly backend: BackendName;
  readonly lossAudioPercent: number;
  readonly lossMidiPercent: number;
  readonly seed: number;
  readonly sampleRate: number;
  readonly blockFrames: number;
  readonly sentWav: string;
  readonly sentMidi: string;
  readonly receivedWav: string;
  readonly receivedMidi: string;
  readonly sendSeconds: number;
}

const COMMAND = join(PACKAGE_ROOT, 'dist/engine/cli/main.js');
const HOST = join(PACKAGE_ROOT, 'build/jambridge-host');
const READY_MS_MAX = 20_000;
const LOOK_MS = 200;
/** After the sender has ended: until notes whose end was lost are released. */
const RELEASE_MS = 2500;
/** The receiver is stopped by a signal; this is only its own limit. */
const RECEIVE_SECONDS_MORE = 60;

export class Cast {
  readonly watchA: EngineWatch;
  readonly watchB: EngineWatch;
  private readonly children: Child[] = [];
  private relay: Child | undefined;

  constructor(
    private readonly venue: Venue,
    private readonly options: CastOptions,
  ) {
    this.watchA = new EngineWatch(venue.a.segment);
    this.watchB = new EngineWatch(venue.b.segment);
  }

  /** Relay and engines, until the two have found each other. */
  async startEngines(): Promise<void> {
    const { line, a, b } = this.venue;
    const { seed, lossAudioPercent, lossMidiPercent } = this.options;
    const loss = ['--loss-audio', String(lossAudioPercent), '--loss-midi', String(lossMidiPercent)];
    const sides = ['--from', line.from, '--to', line.to];
    const relay = ['relay', ...sides, ...loss, '--seed', String(seed), '--json'];
    this.relay = this.start('the relay', line, process.execPath, [COMMAND, ...relay]);
    await this.until('the relay to start', () => this.relay?.lastWords.includes('relaying') ?? false);
    this.startEngine('engine A', a);
    this.startEngine('engine B', b);
    const met = (watch: EngineWatch) => watch.look() && (watch.latest?.peers.length ?? 0) > 0;
    await this.until('the engines to find each other', () => met(this.watchA) && met(this.watchB));
    const settled = ({ latest }: EngineWatch) =>
      !['probing', 'starting'].includes(latest?.gpu.state ?? 'probing');
    const ready = (watch: EngineWatch) => watch.look() && settled(watch);
    await this.until('the engines to look for a GPU', () => ready(this.watchA) && ready(this.watchB));
  }

  /** The receiving host, until its plugin is at work, then the sending one. Resolves when all is received. */
  async play(latencyMs: number, onLook: () => void): Promise<void> {
    const { options } = this;
    const receive = ['--out', options.receivedWav, '--midi-out', options.receivedMidi];
    const receiver = this.startHost('the receiving host', this.venue.b, [
      ...receive,
      ...['--seconds', String(Math.ceil(options.sendSeconds + RECEIVE_SECONDS_MORE))],
      ...['--set', 'mode=receive', '--set', 'dry=0', '--set', `latency=${latencyMs}`],
    ]);
    await this.until('the receiving plugin', () => this.watchB.look() && this.watchB.hasPlugin('receive'));
    const sender = this.startHost('the sending host', this.venue.a, [
      ...['--in', options.sentWav, '--midi-in', options.sentMidi],
      ...['--seconds', String(options.sendSeconds), '--set', 'mode=send'],
      ...['--set', `redundancy=${options.redundancy}`],
    ]);
    let endMs = Number.POSITIVE_INFINITY;
    while (performance.now() < endMs) {
      await sleep(LOOK_MS);
      this.watchA.look();
      this.watchB.look();
      onLook();
      this.checkAlive([sender]);
      if (!sender.running) endMs = Math.min(endMs, performance.now() + RELEASE_MS);
    }
    const { code } = await receiver.stop();
    if (code !== 0) throw new Error(`${receiver.name} failed (exit code ${code}):\n${receiver.lastWords}`);
  }

  /** '' when both engine threads have real-time priority, else why not. */
  get realtime(): string {
    const [a, b] = [this.watchA, this.watchB].map((watch) => watch.latest?.engine.realtime ?? '');
    return a || b;
  }

  /** Ends engines and relay; what the relay counted. */
  async finish(): Promise<RelayCounts> {
    const relay = this.relay;
    if (relay === undefined) throw new Error('the relay was not started');
    for (const child of this.children) if (child !== relay) await child.stop(); // those that ended are no matter
    const { stdout, code } = await relay.stop();
    if (code !== 0) throw new Error(`the relay failed:\n${relay.lastWords}`);
    return JSON.parse(stdout) as RelayCounts;
  }

  /** At once, whatever is going on. */
  kill(): void {
    for (const child of this.children) child.kill();
    for (const { segment } of [this.venue.a, this.venue.b]) unlinkSegment(segment);
  }

  private startEngine(name: string, site: Site): void {
    const session = `demo-${process.pid}`;
    const where = ['--interface', site.address, '--port', String(site.port), '--segment', site.segment];
    this.start(name, site, process.execPath, [
      COMMAND,
      'engine',
      '--session',
      session,
      ...where,
      '--name',
      name,
      '--backend',
      this.options.backend,
    ]);
  }

  private startHost(name: string, site: Site, args: string[]): Child {
    const plugin = join(PACKAGE_ROOT, `build/JamBridge.${this.options.pluginFormat}`);
    const { blockFrames, sampleRate } = this.options;
    const common = ['--plugin', plugin, '--block', String(blockFrames), '--rate', String(sampleRate)];
    return this.start(name, site, HOST, [...common, '--set', 'channel=1', ...args]);
  }

  private start(name: string, site: Pick<Site, 'wrap'>, command: string, args: string[]): Child {
    const [wrapped, wrappedArgs] = site.wrap(command, args);
    const segment = 'segment' in site ? { JAMBRIDGE_SEGMENT: String(site.segment) } : {};
    const child = new Child({ name, command: wrapped, args: wrappedArgs, env: segment });
    this.children.push(child);
    return child;
  }

  private async until(what: string, condition: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + READY_MS_MAX;
    while (!condition()) {
      this.checkAlive([]);
      if (performance.now() > deadlineMs) {
        const words = this.children.map((child) => `${child.name}: ${child.lastWords}`);
        throw new Error(`waited ${READY_MS_MAX / 1000} s in vain for ${what}\n${words.join('\n')}`);
      }
      await sleep(50);
    }
  }

  /** Hosts may end, if well; all others may not. */
  private checkAlive(mayEnd: readonly Child[]): void {
    for (const child of this.children) {
      if (child.running || (mayEnd.includes(child) && child.endedWell)) continue;
      throw new Error(`${child.name} ended (exit code ${child.exitCode}):\n${child.lastWords}`);
    }
  }
}
