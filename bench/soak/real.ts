// The soak in real time: two engine processes, plugins that play, and the relay between them at its worst profile.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedCounters, StatusDocument } from '../../engine/control/status-document.js';
import type { DirectionCounts, RelayCounts } from '../../engine/impairment/relay.js';
import type { Row } from '../bench.js';
import { buildPrograms } from '../support/programs.js';
import { planSchedule } from '../support/schedule.js';
import { rounded, sum } from '../support/statistics.js';
import {
  AUDIO_THREAD_PRIORITY,
  BLOCK_SECONDS,
  type DriverOptions,
  type DriverResult,
  ENGINE_PRIORITY,
  Studio,
} from '../support/studio.js';
import { broken, type Law } from './laws.js';
import { MemoryWatch } from './memory.js';

const PROFILE = 'extreme';
const LOOK_SECONDS = 5;
/** An event every so many blocks: 47 a second. */
const EVENT_EVERY = 16;

export async function realSoak(minutes: number, seed: number, say: (text: string) => void): Promise<Row> {
  await buildPrograms();
  const studio = await Studio.open({
    ...{ sides: ['a', 'b'], spinUs: 0, realtimePriority: ENGINE_PRIORITY },
    line: ['--profile', PROFILE, '--seed', String(seed)],
  });
  try {
    const memory = { a: new MemoryWatch(), b: new MemoryWatch(), relay: new MemoryWatch() };
    const drivers = await play(
      studio,
      minutes,
      () => {
        memory.a.take(residentBytes(studio.enginePid('a')));
        memory.b.take(residentBytes(studio.enginePid('b')));
        memory.relay.take(residentBytes(studio.relay?.pid ?? 0));
      },
      say,
    );
    const [a, b] = [studio.look('a'), studio.look('b')];
    await studio.relay?.stop();
    const relay = JSON.parse(studio.relay?.stdout ?? '') as RelayCounts;
    if (a === undefined || b === undefined) throw new Error('an engine has no status');
    return realRow(minutes, seed, { a, b, relay, memory, lateBlocks: sum(drivers.map((d) => d.lateBlocks)) });
  } finally {
    await studio.close();
  }
}

async function play(
  studio: Studio,
  minutes: number,
  onLook: () => void,
  say: (text: string) => void,
): Promise<DriverResult[]> {
  const schedule = planSchedule({
    ...{ phaseSeconds: minutes * 60, periodSeconds: BLOCK_SECONDS, phases: 1, warmUpRounds: 0, rounds: 1 },
  });
  const receiver = studio.startDriver('b', schedule, driver('receive'));
  const sender = studio.startDriver('a', schedule, driver('send'));
  const endMs = performance.now() + minutes * 60_000;
  for (let looks = 1; sender.alive || receiver.alive; looks++) {
    await sleep(LOOK_SECONDS * 1000);
    onLook();
    const leftMinutes = Math.max(0, endMs - performance.now()) / 60_000;
    if (looks % 12 === 0) say(`soak: ${leftMinutes.toFixed(0)} minutes of real time left`);
  }
  const results = (await Promise.all([sender.result(), receiver.result()])) as DriverResult[];
  await studio.until('the streams to end', () => (studio.look('b')?.streams.length ?? 1) === 0);
  await studio.until('the sender to end', () => (studio.look('a')?.streams.length ?? 1) === 0);
  return results;
}

function driver(mode: 'send' | 'receive'): DriverOptions {
  return {
    ...{ instances: 1, channels: 2, mode, redundancy: 'fec', midi: 'on', phase: 0, every: EVENT_EVERY },
    notes: mode === 'send' ? 'events' : 'none',
    offsetSeconds: mode === 'send' ? 0 : BLOCK_SECONDS / 2,
    priority: AUDIO_THREAD_PRIORITY,
  };
}

interface Found {
  readonly a: StatusDocument;
  readonly b: StatusDocument;
  readonly relay: RelayCounts;
  readonly memory: Readonly<Record<'a' | 'b' | 'relay', MemoryWatch>>;
  readonly lateBlocks: number;
}

export function realRow(minutes: number, seed: number, { a, b, relay, memory, lateBlocks }: Found): Row {
  const { audio, midi } = b.ended.received;
  const sent = a.ended.sent.audio;
  const wrong = broken([
    ...relay.directions.flatMap(lawsOfLine),
    ...lawsOfEngine('a', a),
    ...lawsOfEngine('b', b),
    ...lawsOfStream('audio', audio),
    ...lawsOfStream('MIDI', midi),
  ]);
  const kib = (watch: MemoryWatch) => rounded(watch.growthBytes / 1024, 0);
  return {
    part: 'real',
    minutes,
    seed,
    profile: PROFILE,
    datagramsSent: sent.sent + a.ended.sent.midi.sent,
    framesCaptured: sent.captured,
    framesPlayed: audio.played,
    framesRecovered: audio.recovered,
    framesConcealed: audio.concealed,
    framesSilent: audio.silent,
    eventsCaptured: a.ended.sent.midi.captured,
    eventsPlayed: midi.played,
    lateBlocks,
    memoryGrowthKiBSender: kib(memory.a),
    memoryGrowthKiBReceiver: kib(memory.b),
    memoryGrowthKiBRelay: kib(memory.relay),
    relayPassMaxUs: relay.passMaxUs,
    lawsBroken: wrong.length === 0 ? 'none' : wrong.join('; '),
  };
}

function lawsOfLine({ from, types, noRoom }: DirectionCounts): Law[] {
  const total = (column: 'seen' | 'dropped' | 'duplicated' | 'forwarded') =>
    sum(Object.values(types).map((row) => row[column]));
  const left = total('seen') + total('duplicated');
  const right = total('dropped') + total('forwarded') + noRoom;
  return [{ name: `relay from ${from}: seen + doubled = dropped + forwarded + no room`, left, right }];
}

function lawsOfEngine(name: string, { counters, accepted, rejected }: StatusDocument): Law[] {
  const right = accepted + sum(Object.values(rejected));
  return [{ name: `engine ${name}: received = accepted + rejected`, left: counters.packetsReceived, right }];
}

function lawsOfStream(name: string, counters: ReceivedCounters): Law[] {
  const { received, rejected, duplicates, late, accepted, played } = counters;
  const { framesReceived, recovered, concealed, silent } = counters;
  const packets = {
    ...{ name: `${name}: received = rejected + duplicates + late + accepted`, left: received },
    right: rejected + duplicates + late + accepted,
  };
  const frames = {
    ...{ name: `${name}: played = received + recovered + concealed + silent`, left: played },
    right: framesReceived + recovered + concealed + silent,
  };
  return name === 'audio' ? [packets, frames] : [packets];
}

function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return line === null ? 0 : Number(line[1]) * 1024;
}
