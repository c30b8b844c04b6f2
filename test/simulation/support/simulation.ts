// A seeded world on a virtual clock: hosts that call process() as a sound card would, engines that run after
// whatever wakes them, and a network between them that loses, doubles, delays and reorders by seed.
import { flipBits } from '../../../engine/impairment/corruption.js';
import { Fate, type FateSource, PacketIdentity } from '../../../engine/impairment/fate.js';
import { Impairment, type ImpairmentOptions, NO_IMPAIRMENT } from '../../../engine/impairment/impairment.js';
import { identify } from '../../../engine/impairment/packet-identity.js';
import { type EngineOptions, VirtualEngine } from './virtual-engine.js';
import { type PluginSettings, VirtualPlugin } from './virtual-plugin.js';

export type Rng = () => number;

/** mulberry32: small, seeded, good enough to choose block sizes. */
export function rng(seed: number): Rng {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface HostOptions {
  plugin: Partial<PluginSettings>;
  /** Frames of the next block. */
  block: () => number;
  /** Sample of a channel at a frame since the host's start. */
  signal?: (channel: number, frame: number) => number;
  /** Events by frame since the host's start, ascending. */
  events?: readonly { frame: number; bytes: number[] }[];
  /** Or events as they are played, for runs that are long: those of the next frames. */
  eventsOf?: (firstFrame: number, frames: number) => readonly { frame: number; bytes: number[] }[];
  /** Song position at a frame since the host's start; null where the transport stands. */
  song?: (frame: number) => number | null;
  timeline?: boolean;
  startUs?: number;
  startFrame?: number;
  /** Parts per million by which its sound card runs fast. */
  driftPpm?: number;
  /** Told of every block heard, which is then not kept: for runs that are long. */
  onHeard?: (block: Float32Array, firstFrame: number) => void;
}

export class Host {
  readonly plugin: VirtualPlugin;
  sent = 0;
  stopped = false;
  private nextEvent = 0;
  private readonly framesPerUs: number;

  constructor(
    readonly engine: VirtualEngine,
    slot: number,
    readonly options: HostOptions,
  ) {
    const settings: PluginSettings = {
      mode: 'send',
      channel: 1,
      latencyMs: 12,
      sampleRate: 48000,
      blockFramesMax: 64,
      redundancy: 1,
      channels: 2,
      ...options.plugin,
    };
    this.plugin = new VirtualPlugin(engine.segment, slot, settings, options.startFrame ?? 0);
    if (options.onHeard) this.plugin.onHeard = options.onHeard;
    this.framesPerUs = (settings.sampleRate / 1e6) * (1 + (options.driftPpm ?? 0) / 1e6);
  }

  /** When a block of this many frames is complete. */
  dueUs(frames: number): number {
    return (this.options.startUs ?? 0) + (this.sent + frames) / this.framesPerUs;
  }

  process(frames: number, nowUs: number): void {
    const { signal, events = [], eventsOf } = this.options;
    const input = [0, 1].map((channel) =>
      Float32Array.from({ length: frames }, (_, i) => signal?.(channel, this.sent + i) ?? 0),
    );
    const midi: { offset: number; bytes: number[] }[] = [];
    while (this.nextEvent < events.length && events[this.nextEvent].frame < this.sent + frames) {
      const { frame, bytes } = events[this.nextEvent++];
      midi.push({ offset: frame - this.sent, bytes });
    }
    for (const { frame, bytes } of eventsOf?.(this.sent, frames) ?? []) {
      midi.push({ offset: frame - this.sent, bytes });
    }
    this.plugin.songFrame = this.options.song?.(this.sent) ?? null;
    this.plugin.timeline = this.options.timeline ?? false;
    this.plugin.process(input, midi, nowUs);
    this.sent += frames;
  }

  /** All frames heard of one channel, from the host's start on. */
  heard(channel: number): Float32Array {
    const out = new Float32Array(this.sent);
    let at = 0;
    for (const block of this.plugin.heard) {
      for (let i = 0; i < block.length / 2; i++) out[at++] = block[i * 2 + channel];
    }
    return out;
  }
}

/** What the best line takes. */
const WIRE_US = 50;

interface Pending {
  atUs: number;
  order: number;
  run: () => void;
}

export class Simulation {
  nowUs = 0;
  readonly engines: VirtualEngine[] = [];
  readonly hosts: Host[] = [];
  private readonly fates: FateSource;
  private readonly queue: Pending[] = [];
  private order = 0;
  private readonly dueOf = new Map<VirtualEngine, number>();
  private strangers = 0;
  private readonly packet = new PacketIdentity();
  private readonly fate = new Fate();
  datagrams = 0;
  /** Once for each receiver that one was meant for: */
  lost = 0;
  /** Of those lost: while nothing passed. */
  cut = 0;
  duplicated = 0;
  corrupted = 0;
  arrived = 0;
  /** Copies that will arrive. */
  underWay = 0;
  /** Datagrams, once for each receiver that one was meant for. */
  datagramsFor = 0;
  /** The network's way has become longer by so much, for all. */
  extraDelayUs = 0;
  /** Sees every datagram as it is sent. */
  onTransmit: (from: VirtualEngine | null, datagram: Uint8Array) => void = () => {};

  /** @param fates decides instead of the model: a trace */
  constructor(impairment: Partial<ImpairmentOptions> = {}, fates?: FateSource) {
    this.fates = fates ?? new Impairment({ ...NO_IMPAIRMENT, ...impairment });
  }

  addEngine(options: EngineOptions = {}): VirtualEngine {
    const id = this.engines.length + 1;
    const engine: VirtualEngine = new VirtualEngine(
      id,
      (datagram) => this.transmit(engine, datagram),
      options,
    );
    this.engines.push(engine);
    return engine;
  }

  addHost(engine: VirtualEngine, slot: number, options: HostOptions): Host {
    const host = new Host(engine, slot, options);
    this.hosts.push(host);
    const schedule = () => {
      const frames = options.block();
      this.at(host.dueUs(frames), () => {
        if (host.stopped) return;
        host.process(frames, engine.localUs(this.nowUs));
        this.tick(engine);
        schedule();
      });
    };
    schedule();
    return host;
  }

  at(atUs: number, run: () => void): void {
    this.queue.push({ atUs, order: this.order++, run });
    let child = this.queue.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(this.queue[child], this.queue[parent])) break;
      [this.queue[child], this.queue[parent]] = [this.queue[parent], this.queue[child]];
      child = parent;
    }
  }

  run(untilUs: number): void {
    while (this.queue.length > 0 && this.queue[0].atUs <= untilUs) {
      const next = this.pop();
      this.nowUs = Math.max(this.nowUs, next.atUs);
      next.run();
    }
    this.nowUs = untilUs;
  }

  tick(engine: VirtualEngine): void {
    const wantedUs = engine.trueUs(engine.tick(engine.localUs(this.nowUs)));
    const due = Math.min(wantedUs, this.nowUs + 100_000);
    const known = this.dueOf.get(engine) ?? Number.POSITIVE_INFINITY;
    if (known > this.nowUs && due >= known) return;
    this.dueOf.set(engine, due);
    this.at(Math.max(due, this.nowUs + 10), () => {
      if (this.dueOf.get(engine) === due) this.dueOf.delete(engine);
      this.tick(engine);
    });
  }

  /** Puts a datagram on the wire as if `from` had sent it. */
  transmit(from: VirtualEngine | null, datagram: Uint8Array): void {
    this.datagrams++;
    this.onTransmit(from, datagram);
    const { packet, fate } = this;
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
    if (!identify(view, 0, datagram.length, this.strangers, packet)) this.strangers++;
    for (const engine of this.engines) {
      if (engine === from) continue;
      this.datagramsFor++;
      this.fates.decide((from?.id ?? 0) * 16 + engine.id, packet, fate, this.nowUs);
      if (fate.lost) this.lost++;
      if (fate.cut) this.cut++;
      if (fate.copies > 1) this.duplicated++;
      if (fate.copies > 0) this.arrive(engine, corruptedBy(fate, datagram), fate.delayUs);
      if (fate.copies > 1) this.arrive(engine, datagram, fate.secondDelayUs);
      if (fate.flippedBits > 0) this.corrupted++;
    }
  }

  private arrive(engine: VirtualEngine, datagram: Uint8Array, delayUs: number): void {
    this.underWay++;
    this.at(this.nowUs + WIRE_US + this.extraDelayUs + delayUs, () => {
      this.underWay--;
      this.arrived++;
      engine.accept(datagram, engine.localUs(this.nowUs));
      this.tick(engine);
    });
  }

  private pop(): Pending {
    const { queue } = this;
    const top = queue[0];
    const last = queue.pop()!;
    if (queue.length > 0) {
      queue[0] = last;
      for (let parent = 0; ; ) {
        let child = parent * 2 + 1;
        if (child >= queue.length) break;
        if (child + 1 < queue.length && before(queue[child + 1], queue[child])) child++;
        if (!before(queue[child], queue[parent])) break;
        [queue[child], queue[parent]] = [queue[parent], queue[child]];
        parent = child;
      }
    }
    return top;
  }
}

function before(a: Pending, b: Pending): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}

function corruptedBy(fate: Fate, datagram: Uint8Array): Uint8Array {
  if (fate.flippedBits === 0) return datagram;
  const bytes = datagram.slice();
  flipBits(bytes, 0, bytes.length, fate.flipSeed, fate.flippedBits);
  return bytes;
}
