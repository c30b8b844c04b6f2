// One-way latency of MIDI packets from engine to engine, and of plain C programs, in the same seconds: engines,
// direct floor and relayed floor take turns every 0.3 seconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../../bridge/index.js';
import type { Bench, BenchOptions, Row } from '../bench.js';
import { COLUMN, NOTEBOOK_ROWS, Notebook } from '../probe/notebook.js';
import { buildPrograms } from '../support/programs.js';
import {
  eventsInPhase,
  judgedRounds,
  planSchedule,
  repetitions,
  type Schedule,
} from '../support/schedule.js';
import { median } from '../support/statistics.js';
import {
  AUDIO_THREAD_PRIORITY,
  BLOCK_SECONDS,
  type DriverOptions,
  type DriverResult,
  ENGINE_PRIORITY,
  Studio,
} from '../support/studio.js';
import { FloorPrograms, type FloorTimes, PHASE, PHASES } from './floor.js';
import { latencyRow } from './latency-row.js';

type Wait = 'blocking' | 'spinning';

/** An event every 8 ms: as dense as a busy player's, and its further copies are out of the way of the next one. */
const EVERY_BLOCKS = 6;
/** Longer than a block, so that a spinning engine is never asleep while blocks come. */
const SPIN_US = 3000;
const REPETITIONS = 5;
const FULL = { phaseSeconds: 0.3, warmUpRounds: 4, rounds: 24 };
const QUICK = { phaseSeconds: 0.15, warmUpRounds: 2, rounds: 4 };

export const latency: Bench = {
  name: 'latency',
  summary: 'one-way latency of MIDI packets, engine to engine, against plain C programs',
  async run(options: BenchOptions): Promise<Row[]> {
    await buildPrograms();
    const rows: Row[] = [];
    for (const wait of options.quick ? (['blocking'] as const) : (['blocking', 'spinning'] as const)) {
      options.say(`latency: ${wait}`);
      rows.push(await measureLatency(wait, options.quick));
    }
    return rows;
  },
};

/**
 * Blocking at real-time priority, as engines run where they may. Spinning at normal priority: two engines that
 * spin above everything else would take two cores from the threads they serve.
 */
export async function measureLatency(wait: Wait, quick: boolean): Promise<Row> {
  const realtime = wait === 'blocking';
  const studio = await Studio.open({
    sides: ['a', 'b'],
    spinUs: wait === 'spinning' ? SPIN_US : 0,
    realtimePriority: realtime ? ENGINE_PRIORITY : 0,
    probe: 'events',
  });
  let floor: FloorPrograms | undefined;
  try {
    const books = { a: new Notebook(studio.openSegment('a')), b: new Notebook(studio.openSegment('b')) };
    const schedule = planSchedule({
      ...(quick ? QUICK : FULL),
      periodSeconds: BLOCK_SECONDS,
      phases: PHASES,
    });
    const priority = realtime ? AUDIO_THREAD_PRIORITY : 0;
    const receiver = studio.startDriver('b', schedule, driver('receive', priority));
    const sender = studio.startDriver('a', schedule, driver('send', priority));
    // The floor begins when the size of our packets is known; while we warm up it is silent.
    const sizeKnownNs = schedule.startNs + (schedule.warmUpRounds - 1) * PHASES * schedule.phaseNs;
    await sleep(Math.max(0, (sizeKnownNs - nowUs() * 1000) / 1e6));
    const packetBytes = median(books.b.read(COLUMN.packetBytes, NOTEBOOK_ROWS).filter((bytes) => bytes > 0));
    if (Number.isNaN(packetBytes)) throw new Error('no event arrived');
    floor = new FloorPrograms(schedule, {
      ...{ wait, packetBytes, every: EVERY_BLOCKS, senderPriority: priority },
      ...{ port: studio.port + 1, firstRound: schedule.warmUpRounds },
      priority: realtime ? ENGINE_PRIORITY : 0,
    });
    const [sent, , floorTimes] = await Promise.all([sender.result(), receiver.result(), floor.times()]);
    const result = sent as DriverResult;
    const granted = realtime && result.granted && floorTimes.granted;
    return row({ wait, granted, schedule, packetBytes }, result, books, floorTimes);
  } finally {
    floor?.kill();
    await studio.close();
  }
}

/** The receiver's blocks begin half a block after the sender's: its engine sleeps again when the packet comes. */
function driver(mode: 'send' | 'receive', priority: number): DriverOptions {
  const sends = mode === 'send';
  return {
    ...{ instances: 1, channels: 0, mode, redundancy: 'burst', midi: 'on', phase: PHASE.engines, priority },
    notes: sends ? 'events' : 'none',
    offsetSeconds: sends ? 0 : BLOCK_SECONDS / 2,
    every: EVERY_BLOCKS,
  };
}

function row(
  made: { wait: Wait; granted: boolean; schedule: Schedule; packetBytes: number },
  { markNs }: DriverResult,
  books: { a: Notebook; b: Notebook },
  floor: FloorTimes,
): Row {
  const { schedule } = made;
  const count = markNs.length;
  const taken = books.a.read(COLUMN.taken, count);
  const received = books.b.read(COLUMN.received, count);
  const written = books.b.read(COLUMN.written, count);
  const perRound = eventsInPhase(schedule, EVERY_BLOCKS);
  const ways = markNs.map((ns, i) => ({
    arrived: taken[i] > 0 && written[i] > 0,
    our: written[i] - taken[i],
    packet: received[i] - taken[i],
    plugin: written[i] - ns / 1000,
  }));
  const rounds = judgedRounds(ways, perRound, schedule);
  const of = (name: 'our' | 'packet' | 'plugin') =>
    repetitions(rounds, REPETITIONS).map((all) => all.filter((way) => way.arrived).map((way) => way[name]));
  return latencyRow(
    {
      ...{ wait: made.wait, realtime: made.granted, packetBytes: made.packetBytes },
      eventsSent: rounds.flat().length,
    },
    {
      ...{ our: of('our'), packet: of('packet'), plugin: of('plugin') },
      floor: repetitions(floor.direct, REPETITIONS),
      relayed: repetitions(floor.relayed, REPETITIONS),
    },
  );
}
