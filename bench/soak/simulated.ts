// The soak on the simulation's clock, and its row.
import { Worker } from 'node:worker_threads';
import type { Row } from '../bench.js';
import { rounded } from '../support/statistics.js';
import { runSoak, type SoakResult } from './soak-run.js';

/** Runs twice at the same time, in two threads. */
export async function simulatedSoak(
  minutes: number,
  seed: number,
  say: (text: string) => void,
): Promise<Row> {
  const replay = replayDigest(minutes, seed);
  const result = runSoak({
    ...{ minutes, seed },
    onMinute: (minute) => {
      if (minute % 5 === 0) say(`soak: ${minute} of ${minutes} minutes simulated`);
    },
  });
  return simulatedRow(result, { minutes, seed, replay: await replay });
}

function replayDigest(minutes: number, seed: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./soak-worker.js', import.meta.url), {
      workerData: { minutes, seed },
    });
    worker.once('message', resolve).once('error', reject);
  });
}

export function simulatedRow(
  { digest, broken, memoryGrowthBytes, simulation, studios }: SoakResult,
  { minutes, seed, replay }: { minutes: number; seed: number; replay: string },
): Row {
  const audio = (column: Parameters<(typeof studios)[0]['engine']['total']>[0]) =>
    studios.reduce((sum, { engine }) => sum + engine.total(column, 2, 0), 0);
  const midi = (part: 'sent' | 'missing' | 'surplus' | 'hung') =>
    studios.reduce((sum, { ledger }) => sum + ledger[part], 0);
  const { datagrams, lost, cut, duplicated, corrupted, arrived } = simulation;
  return {
    part: 'simulated',
    minutes,
    seed,
    ...{ datagrams, lost, cut, duplicated, corrupted, arrived },
    framesPlayed: audio('framesPlayed'),
    framesRecovered: audio('framesRecovered'),
    framesConcealed: audio('framesConcealed'),
    framesSilent: audio('framesSilent'),
    underrunFrames: studios.reduce((sum, { host }) => sum + host.plugin.underrunFrames, 0),
    eventsSent: midi('sent'),
    eventsMissing: midi('missing'),
    eventsSurplus: midi('surplus'),
    notesHung: midi('hung'),
    memoryGrowthKiB: rounded(memoryGrowthBytes / 1024, 0),
    lawsBroken: broken.length === 0 ? 'none' : broken.join('; '),
    replayEqual: replay === digest,
    digest,
  };
}
