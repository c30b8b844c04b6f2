// Two studios that play to each other over a line that changes, on the simulation's clock: sound cards and machines
// whose clocks differ, blocks of any size, audio and dense MIDI.
import { PACKET_TYPE } from '../../engine/toast/types.js';
import { type Host, rng, Simulation } from '../../test/simulation/support/simulation.js';
import type { VirtualEngine } from '../../test/simulation/support/virtual-engine.js';
import { loopedMusic } from '../loss/music.js';
import { densePlaying, type SentEvent } from '../midi-loss/dense-playing.js';
import { broken, type Law, lawsOfNetwork, lawsOfReceiver, lawsOfSender } from './laws.js';
import { Digest, MidiLedger } from './ledger.js';
import { heldBytes, MemoryWatch } from './memory.js';
import { MixedLine } from './mixed-line.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly onMinute?: (minute: number) => void;
}

export interface SoakResult {
  /** Of all that was heard and counted: the same for the same seed. */
  readonly digest: string;
  /** What does not add up, in words. */
  readonly broken: readonly string[];
  readonly memoryGrowthBytes: number;
  readonly simulation: Simulation;
  readonly studios: readonly [Studio, Studio];
}

const RATE = 48_000;
const LOOP_SECONDS = 20;
const PERIOD_FRAMES = (LOOP_SECONDS + 2) * RATE;
/** At the end no more MIDI is played for so long: what was sent is there by then. */
const QUIET_SECONDS = 4;
const BLOCK_FRAMES_MAX = 256;
const BLOCK_FRAMES_MIN = 32;
const LATENCY_MS = 25;
const SAMPLES_PER_MINUTE = 4;
/** Optimized code and what it knows about types: it levels off. */
const MEMORY_GROWTH_MAX = 2 << 20;
const REDUNDANCY = { burst: 1, fec: 3 };

interface Clocks {
  readonly machinePpm: number;
  readonly offsetUs: number;
  readonly cardPpm: number;
}

export class Studio {
  readonly digest = new Digest();
  /** Of what the other one plays. */
  readonly ledger = new MidiLedger();
  readonly sentByType = new Map<number, number>();
  readonly engine: VirtualEngine;
  readonly host: Host;
  arrived = 0;

  constructor(
    simulation: Simulation,
    readonly name: string,
    redundancy: number,
    seed: number,
    clocks: Clocks,
    playing: (firstFrame: number, frames: number) => readonly SentEvent[],
  ) {
    const random = rng(seed);
    const settings = { copies: 3, audioSpacingUs: 1500 };
    const { machinePpm: clockPpm, offsetUs: clockOffsetUs, cardPpm: driftPpm } = clocks;
    this.engine = simulation.addEngine({ clockPpm, clockOffsetUs, settings });
    const accept = this.engine.accept.bind(this.engine);
    this.engine.accept = (datagram, nowUs) => {
      this.arrived++;
      accept(datagram, nowUs);
    };
    const music = loopedMusic();
    const mode = 'sendReceive' as const;
    this.host = simulation.addHost(this.engine, 0, {
      plugin: { mode, latencyMs: LATENCY_MS, redundancy, blockFramesMax: BLOCK_FRAMES_MAX },
      block: () => BLOCK_FRAMES_MIN + Math.floor(random() * (BLOCK_FRAMES_MAX - BLOCK_FRAMES_MIN + 1)),
      signal: (channel, frame) => music.sample(channel, frame),
      eventsOf: playing,
      driftPpm,
      onHeard: (block) => this.digest.addSamples(block),
    });
  }

  /** Takes what was played since; nothing of it is kept. */
  settle(): void {
    const { events } = this.host.plugin;
    for (const { frame, bytes } of events) {
      this.digest.add(frame);
      this.digest.addBytes(bytes);
      this.ledger.hear(bytes);
    }
    events.length = 0;
  }

  laws(): Law[] {
    const laws = [
      ...lawsOfSender(this.engine, this.sentByType),
      ...lawsOfReceiver(this.engine, this.arrived),
    ];
    return laws.map((law) => ({ ...law, name: `${this.name}: ${law.name}` }));
  }
}

export function runSoak({ minutes, seed, onMinute }: SoakOptions): SoakResult {
  const simulation = new Simulation({}, new MixedLine(seed));
  const endFrame = (minutes * 60 - QUIET_SECONDS) * RATE;
  const ledgers = new Map<string, MidiLedger>();
  const playing = (to: string, ownSeed: number) => {
    const loop = densePlaying({ seconds: LOOP_SECONDS, seed: ownSeed, dumpEverySeconds: 0 });
    return (first: number, frames: number): SentEvent[] => {
      const events = eventsBetween(loop, first, Math.min(first + frames, wholeLoops(endFrame)));
      for (const { bytes } of events) ledgers.get(to)?.send(bytes);
      return events;
    };
  };
  const a = new Studio(
    ...([simulation, 'a', REDUNDANCY.fec, seed + 1] as const),
    { machinePpm: 35, offsetUs: 5e9, cardPpm: 40 },
    playing('b', seed + 1),
  );
  const b = new Studio(
    ...([simulation, 'b', REDUNDANCY.burst, seed + 2] as const),
    { machinePpm: -20, offsetUs: 77e6, cardPpm: -25 },
    playing('a', seed + 2),
  );
  ledgers.set('a', a.ledger).set('b', b.ledger);
  simulation.onTransmit = (from, datagram) => {
    const { sentByType } = from === a.engine ? a : b;
    sentByType.set(datagram[5], (sentByType.get(datagram[5]) ?? 0) + 1);
  };
  const memory = new MemoryWatch();
  for (let step = 1; step <= minutes * SAMPLES_PER_MINUTE; step++) {
    simulation.run((step * 60e6) / SAMPLES_PER_MINUTE);
    a.settle();
    b.settle();
    memory.take(heldBytes());
    if (step % SAMPLES_PER_MINUTE === 0) onMinute?.(step / SAMPLES_PER_MINUTE);
  }
  const pairs = [...lawsOfPair(a, b), ...lawsOfPair(b, a)];
  const laws = [...lawsOfNetwork(simulation), ...a.laws(), ...b.laws(), ...pairs, lawOfMemory(memory)];
  return {
    digest: digestOf(simulation, [a, b]),
    broken: broken(laws),
    memoryGrowthBytes: memory.growthBytes,
    simulation,
    studios: [a, b],
  };
}

/** What the one plays, the other hears: all frames but those under way, every MIDI message once, no note for ever. */
function lawsOfPair(from: Studio, to: Studio): Law[] {
  const way = `${from.name} to ${to.name}: `;
  const [captured, played] = [
    from.engine.total('captured', PACKET_TYPE.audio, 1),
    to.engine.total('framesPlayed', PACKET_TYPE.audio, 0),
  ];
  return [
    { name: `${way}frames captured = played`, left: captured, right: played, within: RATE / 10 },
    { name: `${way}MIDI messages missing`, left: to.ledger.missing, right: 0 },
    { name: `${way}MIDI messages heard twice or never sent`, left: to.ledger.surplus, right: 0 },
    { name: `${way}notes that never end`, left: to.ledger.hung, right: 0 },
  ];
}

function lawOfMemory({ growthBytes }: MemoryWatch): Law {
  return {
    name: 'bytes of memory grown',
    left: Math.max(0, growthBytes),
    right: 0,
    within: MEMORY_GROWTH_MAX,
  };
}

/** Loops are played to their end, where every note has ended. */
function wholeLoops(endFrame: number): number {
  return Math.max(1, Math.floor(endFrame / PERIOD_FRAMES)) * PERIOD_FRAMES;
}

/** Events of the endless loop at frames [from, to). */
export function eventsBetween(loop: readonly SentEvent[], from: number, to: number): SentEvent[] {
  const found: SentEvent[] = [];
  for (let round = Math.floor(from / PERIOD_FRAMES); round * PERIOD_FRAMES < to; round++) {
    const start = round * PERIOD_FRAMES;
    for (let i = lowerBound(loop, from - start); i < loop.length && loop[i].frame + start < to; i++) {
      found.push({ frame: loop[i].frame + start, bytes: loop[i].bytes });
    }
  }
  return found;
}

function lowerBound(loop: readonly SentEvent[], frame: number): number {
  let low = 0;
  let high = loop.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (loop[middle].frame < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All cells of both metrics slabs, and what was heard. */
function digestOf(simulation: Simulation, studios: readonly Studio[]): string {
  const digest = new Digest();
  const words = new Float64Array(1);
  const halves = new Int32Array(words.buffer);
  for (const { engine } of studios) {
    for (const cell of engine.metrics.cells) {
      words[0] = cell;
      digest.add(halves[0]);
      digest.add(halves[1]);
    }
  }
  digest.add(simulation.datagrams);
  return [digest, ...studios.map((studio) => studio.digest)].map(({ text }) => text).join('-');
}
