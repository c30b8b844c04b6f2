// The composition root of the control plane: everything that an engine process does besides packets.
//
//   configuration -> settings --------------------------> engine thread
//   local streams -> announcement ----------------------> engine thread -> DISCOVERY every second
//   DISCOVERY <- engine thread -> peers -> peer streams -> engine thread
//   counters, peers, slots, devices -> status ----------> the segment's status area
import { join } from 'node:path';
import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  interval,
  map,
  type Observable,
  Subject,
  Subscription,
  skip,
  startWith,
  tap,
  timeout,
} from 'rxjs';
import { LAYOUT, listInterfaces, nowUs, ringDoorbell } from '../../bridge/index.js';
import type { HeardStream } from '../toast/discovery-heard.js';
import type { AnnouncedStream, FromEngine, Reception } from '../worker/messages.js';
import { announcementBody } from './announcement.js';
import { engineSettings } from './configuration-settings.js';
import type { Configuration } from './configuration-table.js';
import { type ControlMemory, createControlMemory } from './control-memory.js';
import { EngineLink } from './engine-link.js';
import { deviceHost, type HeldSegment, holdSegment, letGoSegment } from './engine-shared.js';
import { GpuHost } from './gpu-host.js';
import { chooseInterfaces, type NetworkInterface } from './interfaces.js';
import { type Log, sayOnce } from './log.js';
import { MidiDevices } from './midi-devices.js';
import type { MidiSystem } from './midi-system.js';
import { PACKAGE_ROOT, VERSION } from './package-root.js';
import { senderText } from './peer-directory.js';
import { PeerFollower } from './peer-follower.js';
import { LossMeter, receptionOf } from './reception.js';
import { StatusArea, statusJson } from './status-area.js';
import { composeStatus } from './status-compose.js';
import { SlotReader } from './status-slots.js';

const STATUS_MS = 250;
const INTERFACES_MS = 2000;
const RECEPTION_MS = 1000;
const READY_MS = 10_000;
const TOAST_HEADERS_BYTES = 64;
const ENGINE_THREAD = join(PACKAGE_ROOT, 'dist', 'engine', 'worker', 'engine-thread.js');

export interface EngineOptions {
  readonly configuration: Configuration;
  /** Later configurations; those that are broken never come here. */
  readonly changes: Observable<Configuration>;
  readonly midi: MidiSystem;
  readonly log: Log;
}

type Ready = Extract<FromEngine, { kind: 'ready' }>;

export class Engine {
  /** Resolves, with the reason, when the engine can't go on. */
  readonly failure: Promise<string>;
  private readonly failed = new Subject<string>();
  private readonly configuration: BehaviorSubject<Configuration>;
  private readonly interfaces: BehaviorSubject<readonly NetworkInterface[]>;
  private readonly localStreams = new BehaviorSubject<readonly AnnouncedStream[]>([]);
  private readonly memory: ControlMemory = createControlMemory();
  private readonly running = new Subscription();
  private readonly link: EngineLink;
  private readonly peers: PeerFollower;
  private readonly devices: MidiDevices;
  private readonly gpu: GpuHost;
  private readonly senderId: string;

  private constructor(
    private readonly options: EngineOptions,
    private readonly held: HeldSegment,
    interfaces: readonly NetworkInterface[],
  ) {
    const { configuration, midi, log } = options;
    const { segment } = held;
    this.failure = firstValueFrom(this.failed);
    this.configuration = new BehaviorSubject(configuration);
    this.interfaces = new BehaviorSubject(interfaces);
    const { senderIdLow, senderIdHigh, metrics, signalMemory } = this.memory;
    this.gpu = new GpuHost(log);
    this.senderId = senderText(senderIdLow, senderIdHigh);
    this.link = new EngineLink(
      ENGINE_THREAD,
      {
        segmentName: configuration.segment,
        settings: engineSettings(configuration, addresses(interfaces)),
        metricsMemory: metrics.memory,
        ...{ signalMemory, senderIdLow, senderIdHigh, pipelineMemory: this.gpu.memory },
      },
      () => ringDoorbell(segment),
    );
    this.peers = new PeerFollower(this.memory.metrics, (message) => this.link.post(message), log);
    this.devices = new MidiDevices(midi, deviceHost(held), log);
  }

  /** A text says why there is no engine. [control-thread] */
  static async start(options: EngineOptions): Promise<Engine | string> {
    const { configuration } = options;
    const { chosen, why } = chooseInterfaces(configuration.interface, listInterfaces());
    if (why) return why;
    const held = holdSegment(configuration.segment, configuration.session);
    if (typeof held === 'string') return held;
    const engine = new Engine(options, held, chosen);
    const ready = await engine.ready();
    if (ready.kind === 'ready') {
      engine.run(ready);
      return engine;
    }
    await engine.link.stop(new Uint8Array(0));
    letGoSegment(held);
    return ready.message;
  }

  /** Where it runs, in one line. */
  summary(): string {
    const { session, group, port } = this.configuration.value;
    const on = this.interfaces.value.map((i) => `${i.name} (${i.address})`).join(', ');
    return `session "${session}" on ${on}, group ${group}:${port}, segment ${this.held.segment.name}`;
  }

  /** Says farewell, releases what sounds, gives everything back. */
  async stop(): Promise<void> {
    this.running.unsubscribe();
    await this.devices.close();
    await this.link.stop(this.announcement(this.configuration.value, [], true));
    await this.gpu.stop();
    letGoSegment(this.held);
  }

  private ready(): Promise<Ready | { kind: 'fatal'; message: string }> {
    const first = this.link.messages.pipe(
      filter((message) => message.kind === 'ready' || message.kind === 'fatal'),
      timeout({ first: READY_MS }),
    );
    return firstValueFrom(first).catch(() => ({
      kind: 'fatal',
      message: `the engine thread did not start within ${READY_MS / 1000} s`,
    }));
  }

  private run(ready: Ready): void {
    const { changes, log } = this.options;
    if (ready.realtime !== '' && ready.realtime !== 'off') log(`no real-time priority: ${ready.realtime}`);
    this.running.add(this.link.messages.subscribe((message) => this.hear(message)));
    this.running.add(changes.subscribe(this.configuration));
    this.followInterfaces();
    this.followSettings();
    this.announce();
    this.running.add(this.configuration.subscribe((c) => this.devices.configure(c)));
    this.devices.start();
    this.running.add(this.configuration.subscribe((c) => this.gpu.configure(c.backend, c.gpu)));
    this.publishStatus(ready);
  }

  private hear(message: FromEngine): void {
    switch (message.kind) {
      case 'discovery':
        this.peers.hear(message, this.configuration.value.session, nowUs());
        break;
      case 'transport':
        this.peers.hearTransport(message);
        break;
      case 'localStreams':
        this.localStreams.next(message.streams);
        break;
      case 'fatal':
        this.failed.next(message.message);
        break;
    }
  }

  /** Networks come and go under a running engine; when none is left, the last ones are kept. */
  private followInterfaces(): void {
    const once = sayOnce(this.options.log);
    const present = interval(INTERFACES_MS).pipe(map(() => listInterfaces()));
    const wanted = this.configuration.pipe(map((c) => c.interface));
    const chosen = combineLatest([wanted, present]).pipe(map(([name, all]) => chooseInterfaces(name, all)));
    this.running.add(
      chosen.subscribe(({ chosen, why }) => {
        if (why) once(`${why}; going on with ${addresses(this.interfaces.value).join(', ')}`);
        else if (addresses(chosen).join() !== addresses(this.interfaces.value).join()) {
          this.options.log(`network: ${chosen.map((i) => `${i.name} (${i.address})`).join(', ')}`);
          this.interfaces.next(chosen);
        }
      }),
    );
  }

  private followSettings(): void {
    const settings = combineLatest([this.configuration, this.interfaces]).pipe(
      map(([configuration, interfaces]) => engineSettings(configuration, addresses(interfaces))),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
      skip(1), // the thread was started with these
    );
    this.running.add(settings.subscribe((next) => this.link.post({ kind: 'settings', settings: next })));
    this.running.add(this.configuration.subscribe((c) => this.peers.setLimit(c['limits.peersMax'])));
  }

  private announce(): void {
    const meter = new LossMeter(this.memory.metrics);
    const heard = interval(RECEPTION_MS).pipe(
      tap(() => this.link.post({ kind: 'receptions', receptions: this.receptions() })),
      map(() => meter.measure()),
      startWith([]),
    );
    const bodies = combineLatest([this.configuration, this.localStreams, heard]).pipe(
      map(([configuration, streams, how]) => this.announcement(configuration, streams, false, how)),
      distinctUntilChanged((a, b) => Buffer.compare(a, b) === 0),
    );
    this.running.add(bodies.subscribe((body) => this.link.post({ kind: 'announcement', body })));
  }

  private receptions(): Reception[] {
    return receptionOf(this.senderId, this.peers.directory.heard());
  }

  private announcement(
    c: Configuration,
    streams: readonly AnnouncedStream[],
    leaving: boolean,
    heard: readonly HeardStream[] = [],
  ): Uint8Array {
    const bytesMax = c['limits.maxDatagramBytes'] - TOAST_HEADERS_BYTES;
    return announcementBody({ name: c.name, session: c.session, bytesMax }, streams, leaving, heard);
  }

  private publishStatus(ready: Ready): void {
    const area = new StatusArea(this.held.segment.buffer, LAYOUT);
    const slots = new SlotReader(this.held.view, LAYOUT);
    const publish = () => {
      const now = nowUs();
      this.peers.expire(now);
      const status = composeStatus({
        nowUs: now,
        version: VERSION,
        pid: process.pid,
        generation: this.held.generation,
        senderId: this.senderId,
        memoryBytes: process.memoryUsage.rss(),
        realtime: ready.realtime,
        receiveBufferBytes: ready.receiveBufferBytes,
        configuration: this.configuration.value,
        interfaces: this.interfaces.value,
        metrics: this.memory.metrics,
        peers: this.peers.directory,
        announcementsInvalid: this.peers.invalid,
        slots: slots.read(),
        devices: this.devices.status(),
        gpu: this.gpu.status(),
      });
      area.write(statusJson(status, area.bytesMax));
    };
    this.running.add(interval(STATUS_MS).pipe(startWith(0)).subscribe(publish));
  }
}

const addresses = (interfaces: readonly NetworkInterface[]): string[] => interfaces.map((i) => i.address);
