// Processor time of the two engine processes for 1, 8 and 32 stereo streams, each on a channel of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchOptions, Row } from '../bench.js';
import { buildPrograms } from '../support/programs.js';
import { planSchedule } from '../support/schedule.js';
import {
  AUDIO_THREAD_PRIORITY,
  BLOCK_SECONDS,
  type DriverOptions,
  type DriverResult,
  ENGINE_PRIORITY,
  Studio,
} from '../support/studio.js';
import { countCollections } from './collector-trace.js';
import { cpuRow, type EngineUsage, engineUsage } from './engine-usage.js';
import { processTimeNs } from './process-time.js';

type Redundancy = 'none' | 'burst';

/** Until the streams have begun, their code is compiled, and first packets are over. */
const SETTLE_SECONDS = 1.2;
const FULL = { streams: [1, 8, 32], redundancy: ['none', 'burst'] as Redundancy[], seconds: 4 };
const QUICK = { streams: [1], redundancy: ['none'] as Redundancy[], seconds: 1 };
/** More than the default: one sender has all the streams here. */
const ENGINE_ARGS = ['--limits.packetsPerSecondMax', '1000000', '--limits.streamsMax', '256'];

export const cpu: Bench = {
  name: 'cpu',
  summary: 'processor time per stereo stream at 1, 8 and 32 streams, at the sending and the receiving engine',
  async run({ quick, say }: BenchOptions): Promise<Row[]> {
    await buildPrograms();
    const plan = quick ? QUICK : FULL;
    const studio = await Studio.open({
      sides: ['a', 'b'],
      spinUs: 0,
      realtimePriority: ENGINE_PRIORITY,
      nodeArgs: ['--trace-gc'],
      engineArgs: ENGINE_ARGS,
    });
    try {
      const rows: Row[] = [];
      for (const redundancy of plan.redundancy) {
        for (const streams of plan.streams) {
          say(`cpu: ${streams} streams, redundancy ${redundancy}`);
          rows.push(...(await measureCpu(studio, streams, redundancy, plan.seconds)));
        }
      }
      return rows;
    } finally {
      await studio.close();
    }
  },
};

export async function measureCpu(
  studio: Studio,
  streams: number,
  redundancy: Redundancy,
  seconds: number,
): Promise<Row[]> {
  const schedule = planSchedule({
    phaseSeconds: SETTLE_SECONDS + seconds + 1,
    ...{ periodSeconds: BLOCK_SECONDS, phases: 1, warmUpRounds: 0, rounds: 1 },
  });
  const receivers = studio.startDriver('b', schedule, driver('receive', streams, redundancy));
  const senders = studio.startDriver('a', schedule, driver('send', streams, redundancy));
  await studio.until('all streams', () => {
    for (const plugins of [senders, receivers]) if (!plugins.alive) throw new Error(plugins.failure('ended'));
    return heard(studio) >= streams;
  });
  await sleep(SETTLE_SECONDS * 1000);
  const before = { send: await usage(studio, 'send'), receive: await usage(studio, 'receive') };
  await sleep(seconds * 1000);
  const after = { send: await usage(studio, 'send'), receive: await usage(studio, 'receive') };
  const [sent, received] = (await Promise.all([senders.result(), receivers.result()])) as DriverResult[];
  await studio.until('the streams to end', () => heard(studio) === 0);
  const common = { streams, redundancy };
  return [
    cpuRow({ ...common, end: 'send' }, before.send, after.send, { lateBlocks: sent.lateBlocks }),
    cpuRow({ ...common, end: 'receive' }, before.receive, after.receive, { lateBlocks: received.lateBlocks }),
  ];
}

function heard(studio: Studio): number {
  const streams = studio.look('b')?.streams ?? [];
  return streams.filter((stream) => stream.direction === 'received' && stream.kind === 'audio').length;
}

/** At a moment when the engine has just told its status, which it does four times a second. */
async function usage(studio: Studio, end: 'send' | 'receive'): Promise<EngineUsage> {
  const side = end === 'send' ? 'a' : 'b';
  const ticks = () => studio.look(side)?.counters.ticks;
  const seen = ticks();
  await studio.until('a fresh status', () => ticks() !== seen, 2);
  const status = studio.look(side);
  if (status === undefined) throw new Error(`engine ${side} has no status`);
  const processorNs = processTimeNs(studio.enginePid(side));
  return engineUsage(end, status, processorNs, countCollections(studio.engineOutput(side)));
}

function driver(mode: 'send' | 'receive', instances: number, redundancy: Redundancy): DriverOptions {
  return {
    ...{ instances, channels: 2, mode, redundancy, midi: 'off', notes: 'none', phase: 0, every: 1 },
    offsetSeconds: mode === 'send' ? 0 : BLOCK_SECONDS / 2,
    priority: AUDIO_THREAD_PRIORITY,
  };
}
