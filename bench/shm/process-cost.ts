// What process() costs an audio thread, while an engine serves the plugins, against copying the same frames.
import type { Row } from '../bench.js';
import { planSchedule } from '../support/schedule.js';
import { percentile, rounded } from '../support/statistics.js';
import { AUDIO_THREAD_PRIORITY, BLOCK_SECONDS, type DriverResult, type Studio } from '../support/studio.js';

/** The first blocks touch memory for the first time. */
const WARM_UP_SHARE = 0.25;
const COMPARED =
  'process() in mode send+receive, stereo, 64 frames, against copying input to a ring and a ring to the output, each block both; bell: the doorbell that wakes a sleeping engine, rung by at most one instance at a time';

export async function processCost(studio: Studio, instances: number, seconds: number): Promise<Row> {
  const schedule = planSchedule({
    phaseSeconds: seconds,
    ...{ periodSeconds: BLOCK_SECONDS, phases: 1, warmUpRounds: 0, rounds: 1 },
  });
  const driver = studio.startDriver('a', schedule, {
    ...{ instances, channels: 2, mode: 'send+receive', redundancy: 'none', midi: 'on', notes: 'process' },
    ...{ phase: 0, offsetSeconds: 0, every: 1, priority: AUDIO_THREAD_PRIORITY },
  });
  return processRow(instances, (await driver.result()) as DriverResult);
}

/** Fewer calls without a doorbell than this share of the blocks are exceptions: they say nothing. */
const QUIET_SHARE_MIN = 0.1;

export function processRow(instances: number, result: DriverResult): Row {
  const { granted, processNs, copyNs, bellNs } = result;
  const quietNs = result.quietNs.length < processNs.length * QUIET_SHARE_MIN ? [] : result.quietNs;
  const warm = (values: readonly number[]) => values.slice(Math.floor(values.length * WARM_UP_SHARE));
  const ns = (values: readonly number[], share: number) => percentile(warm(values), share);
  return {
    measure: 'process',
    realtime: granted,
    instances,
    processNsPerInstance: rounded(ns(processNs, 0.5), 0),
    processP99NsPerInstance: rounded(ns(processNs, 0.99), 0),
    copyNsPerInstance: rounded(ns(copyNs, 0.5), 0),
    ratio: rounded(ns(processNs, 0.5) / ns(copyNs, 0.5), 2),
    quietNsPerInstance: rounded(ns(quietNs, 0.5), 0),
    quietRatio: rounded(ns(quietNs, 0.5) / ns(copyNs, 0.5), 2),
    bellP50Ns: rounded(ns(bellNs, 0.5), 0),
    bellsPerBlock: rounded(bellNs.length / processNs.length, 2),
    blocks: processNs.length,
    compared: COMPARED,
  };
}
