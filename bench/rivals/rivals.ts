// npm run bench -- rivals: JamBridge beside what musicians use today. The same piece over the same line with the
// same loss trace, one system after the other, in network namespaces of its own.
import type { Bench, Row } from '../bench.js';
import { buildPrograms } from '../support/programs.js';
import { CONTESTANTS, type Contestant, whyNotAtAll } from './contestants.js';
import { Line } from './line.js';
import { type LossCase, makeTrace } from './loss-trace.js';
import { makePiece } from './piece.js';
import { PieceFiles } from './piece-files.js';
import type { Stage } from './play-rival.js';
import { resultRow, skippedRow } from './rows.js';
import type { RunResult } from './run-result.js';

const PIECE_SEED = 21;
const TRACE_SEED = 1000;
const RUNS = 5;
const SECONDS = 10;
/** Runs that do not count are played again, so many times for each that is asked for. */
const TRIES_PER_RUN = 3;

const CASES: readonly LossCase[] = [
  { lossPercent: 0, burstMs: 0 },
  { lossPercent: 5, burstMs: 0 },
  { lossPercent: 20, burstMs: 0 },
  { lossPercent: 5, burstMs: 8 },
];
const QUICK_CASES: readonly LossCase[] = [{ lossPercent: 5, burstMs: 0 }];
const QUICK_SECONDS = 3;

export const rivals: Bench = {
  name: 'rivals',
  summary: 'jacktrip, zita-njbridge, qmidinet and GStreamer RTP side by side with JamBridge on a bad line',
  options: {
    runs: `valid runs of each system and loss (default ${RUNS}); figures are their medians`,
    seconds: `seconds of music in each (default ${SECONDS})`,
  },
  async run({ quick, numbers, say }) {
    const runs = numbers.runs ?? (quick ? 1 : RUNS);
    const seconds = numbers.seconds ?? (quick ? QUICK_SECONDS : SECONDS);
    const nothing = whyNotAtAll();
    const able = CONTESTANTS.filter((contestant) => (nothing || contestant.whyNot()) === '');
    const rows: Row[] = CONTESTANTS.filter((contestant) => !able.includes(contestant)).map((contestant) => {
      const why = nothing || contestant.whyNot();
      say(`rivals: ${contestant.system}, ${contestant.variant}: skipped: ${why}`);
      return skippedRow(contestant, why);
    });
    if (able.length === 0) return rows;
    await buildPrograms();
    const piece = makePiece(seconds, PIECE_SEED);
    const files = new PieceFiles(piece);
    const line = new Line();
    try {
      for (const contestant of able) {
        const cases = quick ? QUICK_CASES : CASES;
        rows.push(...(await compete(contestant, { line, piece, files }, cases, runs, say)));
      }
      return rows;
    } finally {
      line.destroy();
      files.remove();
    }
  },
};

async function compete(
  contestant: Contestant,
  stage: Stage,
  cases: readonly LossCase[],
  runs: number,
  say: (text: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    const why = await contestant.open(stage).then(() => '', wordsOf);
    // Where the outages of a trace fall among a system's packets depends on how many of those it sends.
    let packetsPerSecond = 0;
    for (const loss of cases) {
      const played =
        why === ''
          ? await playCase(contestant, stage, loss, runs, packetsPerSecond)
          : { results: [], rejected: 0, why };
      const [first] = played.results;
      if (first !== undefined) packetsPerSecond = first.line.packets / first.seconds;
      const row = resultRow(contestant, loss, played.results, { runs, ...played });
      say(`rivals: ${JSON.stringify(row)}`);
      rows.push(row);
    }
  } finally {
    await contestant.close();
  }
  return rows;
}

/** Runs with periods that came late do not count, nor do those that fail; there are more tries than runs. */
async function playCase(
  contestant: Contestant,
  stage: Stage,
  loss: LossCase,
  runs: number,
  packetsPerSecond: number,
): Promise<{ results: RunResult[]; rejected: number; why: string }> {
  const results: RunResult[] = [];
  let rejected = 0;
  let why = '';
  for (let attempt = 0; attempt < runs * TRIES_PER_RUN && results.length < runs; attempt++) {
    const trace = makeTrace(loss, packetsPerSecond, TRACE_SEED + results.length);
    try {
      const result = await contestant.play(stage, trace);
      if (result.late > 0) rejected++;
      else results.push(result);
    } catch (error) {
      why = wordsOf(error);
    }
  }
  return { results, rejected, why: results.length < runs ? why : '' };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
