// What concealment costs where it is at work: the processor time of a receiving engine and its host with packets
// missing for good, against the same without loss. Ticks apart, with cold caches, beside everything else.
import type { Row } from '../bench.js';
import { whyNotAtAll } from '../rivals/contestants.js';
import { Line } from '../rivals/line.js';
import { makeTrace } from '../rivals/loss-trace.js';
import { makePiece } from '../rivals/piece.js';
import { PieceFiles } from '../rivals/piece-files.js';
import { JamBridgeDuo } from '../rivals/play-jambridge.js';
import { median, rounded } from '../support/statistics.js';

const SECONDS = 8;
const RUNS = 3;
const OURS = { carries: 'sound', protection: 'none', latencyMs: 12 } as const;

/** Runs with and without loss take turns. A row without figures says why there are none. */
export async function liveCostRow(loss: number, corePercentMax: number, seed: number): Promise<Row> {
  const what = { material: 'mix', gap: `${loss * 100} % of packets`, measure: 'corePercentLive' };
  const why = whyNotAtAll();
  if (why !== '') return { ...what, status: 'skipped', why };
  const piece = makePiece(SECONDS, seed);
  const files = new PieceFiles(piece);
  const line = new Line();
  const quiet: number[] = [];
  const lossy: number[] = [];
  const duo = new JamBridgeDuo(OURS, { line, piece, files });
  try {
    await duo.startEngines();
    for (let run = 0; run < RUNS; run++) {
      for (const [lossPercent, percents] of [[0, quiet] as const, [loss * 100, lossy] as const]) {
        const trace = makeTrace({ lossPercent, burstMs: 0 }, 0, seed + run);
        percents.push((await duo.play(trace)).cpuReceivePercent);
      }
    }
  } finally {
    await duo.close();
    line.destroy();
    files.remove();
  }
  const percent = median(lossy) - median(quiet);
  return {
    ...what,
    repair: rounded(percent, 2),
    corePercentMax,
    holds: percent < corePercentMax,
    withoutLossPercent: rounded(median(quiet), 2),
    withLossPercent: rounded(median(lossy), 2),
    runs: RUNS,
    source: `made up, seed ${seed}`,
  };
}
