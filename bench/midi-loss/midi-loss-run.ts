// Dense playing from one engine's real send path over a lossy line to another's real receive path, and what became
// of every event.
import type { Fate, FateSource, PacketIdentity } from '../../engine/impairment/fate.js';
import { Impairment, NO_IMPAIRMENT } from '../../engine/impairment/impairment.js';
import { Simulation } from '../../test/simulation/support/simulation.js';
import type { VirtualEngine } from '../../test/simulation/support/virtual-engine.js';
import { VirtualPlugin } from '../../test/simulation/support/virtual-plugin.js';
import { densePlaying, SAMPLE_RATE, type SentEvent } from './dense-playing.js';
import { LineTime } from './line-time.js';
import { type Heard, RingEar } from './ring-ear.js';

export interface MidiLossOptions {
  /** 0..1, the mean. */
  readonly loss: number;
  /** Mean length of a loss burst; 0: independent loss. */
  readonly burstMs: number;
  readonly seconds: number;
  readonly seed: number;
  readonly dumpEverySeconds: number;
  /** Instead of the engine's default. */
  readonly journalMs?: number;
}

export interface MidiLossFigures {
  readonly sent: number;
  /** Never played; what the receiver itself reports of that: never arrived, or after newer ones of the same value. */
  readonly missing: number;
  readonly reported: number;
  readonly duplicated: number;
  /** Notes that sound at the end though their sender has ended them. */
  readonly hung: number;
  /** Messages made from state records. */
  readonly healed: number;
  /** After the moment at which a line without loss brings the event, by event, sorted. */
  readonly latenessMs: number[];
  /** Of that, what the line was good for; zero for independent loss. Messages for the journal only, sorted. */
  readonly waitedMs: number[];
  /** Played at their exact frame with a receive latency of 12 ms. */
  readonly onFrameShare: number;
  readonly packets: number;
  readonly bytes: number;
  /** Of the simulation, and of the processor for it. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const BLOCK_FRAMES = 64;
const LATENCY_MS = 12;
const START_US = 100_000;
/** Of the simulation's best line. */
const WIRE_US = 50;
/** The last event, repeated to its end; records, and what they report. */
const TAIL_US = 9_000_000;
/** Longer ones take longer than a packet's way on any line. */
const JOURNAL_BYTES_MAX = 48;
const MIDI_CLASS = 1;
const DIRECTION = 1 * 16 + 2;

/** The impairment, and when the first MIDI packet met it: from then on a line's bursts are counted. */
class WatchedLine implements FateSource {
  firstUs = -1;
  constructor(private readonly inner: Impairment) {}
  decide(direction: number, packet: PacketIdentity, fate: Fate, atUs = 0): void {
    if (this.firstUs < 0 && direction === DIRECTION && packet.type === 1) this.firstUs = atUs;
    this.inner.decide(direction, packet, fate, atUs);
  }
}

export function runMidiLoss(options: MidiLossOptions): MidiLossFigures {
  const { loss, burstMs, seconds, seed } = options;
  const events = densePlaying(options);
  const line = new WatchedLine(new Impairment({ ...NO_IMPAIRMENT, seed, lossMidi: loss, burstMs }));
  const simulation = new Simulation({}, line);
  const journalUs = options.journalMs === undefined ? {} : { midiJournalUs: options.journalMs * 1000 };
  const sender = simulation.addEngine({ settings: journalUs });
  const receiver = simulation.addEngine();
  let bytes = 0;
  simulation.onTransmit = (_, datagram) => {
    bytes += datagram.length;
  };
  const heard = addReceiver(simulation, receiver);
  addSender(simulation, sender, events);
  const last = events.at(-1)?.frame ?? 0;
  const endUs = START_US + (Math.max(last, seconds * SAMPLE_RATE) / SAMPLE_RATE) * 1e6 + TAIL_US;
  const began = process.cpuUsage();
  simulation.run(endUs);
  const { user, system } = process.cpuUsage(began);
  const cpuSeconds = (user + system) / 1e6;
  const total = (column: Parameters<VirtualEngine['total']>[0]) => receiver.total(column, 1, 0);
  const judged = match(events, heard.heard);
  const bursts = { loss, burstPackets: 0, burstMs, lossInBurst: 1 };
  const time = burstMs > 0 ? new LineTime(bursts, seed, DIRECTION, MIDI_CLASS, line.firstUs, endUs) : null;
  const healed = total('eventsHealed');
  return {
    sent: events.length,
    missing: events.length - total('eventsPlayed'),
    reported: total('lost') + total('eventsStale'),
    duplicated: Math.max(0, judged.strange - healed),
    hung: soundingNotes(heard.heard).size,
    healed,
    latenessMs: Array.from(judged.pairs, ({ leftUs, atUs }) => (atUs - leftUs - WIRE_US) / 1000).sort(
      ascending,
    ),
    waitedMs: Array.from(
      judged.pairs.filter(({ length }) => length <= JOURNAL_BYTES_MAX),
      ({ leftUs, atUs }) => (time?.between(leftUs, atUs - WIRE_US) ?? 0) / 1000,
    ).sort(ascending),
    onFrameShare: 1 - total('eventsLate') / Math.max(1, total('eventsPlayed')),
    packets: sender.total('sent', 1, 1),
    bytes,
    seconds: endUs / 1e6,
    cpuSeconds,
  };
}

const SETTINGS = { channel: 1, latencyMs: LATENCY_MS, sampleRate: SAMPLE_RATE, redundancy: 0, channels: 0 };
const SILENCE = [new Float32Array(BLOCK_FRAMES)];
const BLOCK_US = (BLOCK_FRAMES * 1e6) / SAMPLE_RATE;

function addReceiver(simulation: Simulation, engine: VirtualEngine): RingEar {
  const plugin = new VirtualPlugin(engine.segment, 0, {
    ...SETTINGS,
    mode: 'receive',
    blockFramesMax: BLOCK_FRAMES,
  });
  const ear = new RingEar(engine.segment, 0);
  const accept = engine.accept.bind(engine);
  engine.accept = (datagram, nowUs) => {
    accept(datagram, nowUs);
    ear.listen(nowUs);
  };
  let block = 0;
  const process = () => {
    plugin.process(SILENCE, [], simulation.nowUs);
    plugin.heard.length = 0;
    plugin.events.length = 0;
    simulation.tick(engine);
    ear.listen(simulation.nowUs);
    block++;
    simulation.at(block * BLOCK_US, process);
  };
  simulation.at(0, process);
  return ear;
}

function addSender(simulation: Simulation, engine: VirtualEngine, events: readonly SentEvent[]): void {
  const plugin = new VirtualPlugin(engine.segment, 0, {
    ...SETTINGS,
    mode: 'send',
    blockFramesMax: BLOCK_FRAMES,
  });
  let block = 0;
  let next = 0;
  const process = () => {
    const midi: { offset: number; bytes: number[] }[] = [];
    for (; next < events.length && events[next].frame < (block + 1) * BLOCK_FRAMES; next++) {
      midi.push({ offset: events[next].frame - block * BLOCK_FRAMES, bytes: events[next].bytes });
    }
    plugin.process(SILENCE, midi, simulation.nowUs);
    plugin.heard.length = 0;
    simulation.tick(engine);
    block++;
    simulation.at(leavesUs(block * BLOCK_FRAMES), process);
  };
  simulation.at(leavesUs(0), process);
}

/** When the block that holds a frame is complete: its events can't leave earlier. */
function leavesUs(frame: number): number {
  return START_US + (Math.floor(frame / BLOCK_FRAMES) + 1) * BLOCK_US;
}

interface Pair {
  readonly leftUs: number;
  readonly atUs: number;
  readonly length: number;
}

/** When messages of the same bytes left: those that may have been heard, and those that are still to leave. */
interface Same {
  readonly left: number[];
  readonly toLeave: number[];
}

/**
 * What was heard, each with the latest of the same bytes that had been sent; what nobody sent, or sent less often,
 * is strange.
 */
function match(sent: readonly SentEvent[], heard: readonly Heard[]): { pairs: Pair[]; strange: number } {
  const all = new Map<string, Same>();
  for (const { frame, bytes } of sent.toReversed()) {
    const key = keyOf(bytes);
    const same = all.get(key) ?? { left: [], toLeave: [] };
    same.toLeave.push(leavesUs(frame));
    all.set(key, same);
  }
  const pairs: Pair[] = [];
  let strange = 0;
  for (const { atUs, bytes } of heard) {
    const { left, toLeave } = all.get(keyOf(bytes)) ?? { left: [], toLeave: [] };
    while (toLeave.length > 0 && toLeave[toLeave.length - 1] < atUs) left.push(toLeave.pop() ?? 0);
    const leftUs = left.pop();
    if (leftUs === undefined) strange++;
    else pairs.push({ leftUs, atUs, length: bytes.length });
  }
  return { pairs, strange };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function keyOf(bytes: readonly number[]): string {
  return bytes.length <= 3 ? bytes.join() : `${bytes.length}:${bytes.join('').slice(0, 200)}`;
}

export function soundingNotes(heard: readonly { bytes: readonly number[] }[]): Set<number> {
  const sounding = new Set<number>();
  for (const { bytes } of heard) {
    const key = ((bytes[0] & 15) << 7) | bytes[1];
    if ((bytes[0] & 0xf0) === 0x90 && bytes[2] > 0) sounding.add(key);
    else if ((bytes[0] & 0xf0) === 0x80 || (bytes[0] & 0xf0) === 0x90) sounding.delete(key);
  }
  return sounding;
}
