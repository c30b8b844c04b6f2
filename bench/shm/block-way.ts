// The way of a block: from the sender's capture ring to the receiver's playout ring, through two engines and
// multicast on loopback.
import type { Row } from '../bench.js';
import { COLUMN, Notebook } from '../probe/notebook.js';
import { judgedRounds, planSchedule, repetitions, ticksInPhase } from '../support/schedule.js';
import { medianOfPercentiles, rounded } from '../support/statistics.js';
import {
  AUDIO_THREAD_PRIORITY,
  BLOCK_SECONDS,
  type DriverOptions,
  type DriverResult,
  ENGINE_PRIORITY,
  Studio,
} from '../support/studio.js';

const REPETITIONS = 5;
const FULL = { phaseSeconds: 1, warmUpRounds: 2, rounds: 12 };
const QUICK = { phaseSeconds: 0.5, warmUpRounds: 1, rounds: 2 };
const PATH =
  "before the sending plugin's process() -> capture ring -> engine -> multicast on loopback -> engine -> all frames of the block in the receiver's playout ring";

/** 64 frames of stereo every 1.333 ms, sent once. */
export async function blockWay(realtime: boolean, quick: boolean): Promise<Row> {
  const studio = await Studio.open({
    sides: ['a', 'b'],
    spinUs: 0,
    realtimePriority: realtime ? ENGINE_PRIORITY : 0,
    probe: 'blocks',
  });
  try {
    const book = new Notebook(studio.openSegment('b'));
    const schedule = planSchedule({
      ...(quick ? QUICK : FULL),
      periodSeconds: BLOCK_SECONDS,
      phases: 1,
    });
    const priority = realtime ? AUDIO_THREAD_PRIORITY : 0;
    const receiver = studio.startDriver('b', schedule, driver('receive', priority));
    const sender = studio.startDriver('a', schedule, driver('send', priority));
    const [sent] = (await Promise.all([sender.result(), receiver.result()])) as DriverResult[];
    const written = book.read(COLUMN.written, sent.markNs.length);
    const ways = sent.markNs.map((ns, block) =>
      written[block] > 0 ? written[block] - ns / 1000 : Number.NaN,
    );
    return blockRow(
      realtime && sent.granted,
      repetitions(judgedRounds(ways, ticksInPhase(schedule, 1), schedule), REPETITIONS),
    );
  } finally {
    await studio.close();
  }
}

/** NaN: a block that did not arrive. */
export function blockRow(realtime: boolean, groups: readonly (readonly number[])[]): Row {
  const arrived = groups.map((all) => all.filter((us) => !Number.isNaN(us)));
  const us = (share: number) => rounded(medianOfPercentiles(arrived, share));
  return {
    measure: 'block',
    realtime,
    p50Us: us(0.5),
    p99Us: us(0.99),
    blocks: groups.flat().length,
    arrived: arrived.flat().length,
    repetitions: groups.length,
    path: PATH,
  };
}

function driver(mode: 'send' | 'receive', priority: number): DriverOptions {
  return {
    ...{ instances: 1, channels: 2, mode, redundancy: 'none', midi: 'off', phase: 0, every: 1, priority },
    notes: mode === 'send' ? 'blocks' : 'none',
    offsetSeconds: mode === 'send' ? 0 : BLOCK_SECONDS / 2,
  };
}
