// What becomes of dense playing on lines that lose most of what is sent: missing, played twice, hung, how late.
import type { Bench, BenchOptions, Row } from '../bench.js';
import { percentile, rounded } from '../support/statistics.js';
import { type MidiLossFigures, runMidiLoss } from './midi-loss-run.js';

interface Case {
  readonly lossPercent: number;
  readonly burstMs: number;
  readonly minutes: number;
}

const independent = [0, 10, 20, 33, 50, 66, 80, 90].map((lossPercent) => ({ lossPercent, burstMs: 0 }));
const bursts = [33, 66].flatMap((lossPercent) => [5, 20, 50].map((burstMs) => ({ lossPercent, burstMs })));
/** Those that most is asked of. */
const LONG = new Set(['66 0', '66 20', '90 0']);
const FULL: readonly Case[] = [...independent, ...bursts].map((line) => ({
  ...line,
  minutes: LONG.has(`${line.lossPercent} ${line.burstMs}`) ? 10 : 4,
}));
const QUICK: readonly Case[] = [{ lossPercent: 66, burstMs: 0, minutes: 0.1 }];
const DUMP_EVERY_SECONDS = 60;
const SEED = 1;

export const midiLoss: Bench = {
  name: 'midi-loss',
  summary: 'dense playing through the real paths over lossy lines: missing, doubled, hung, late',
  run({ quick, say }: BenchOptions): Promise<Row[]> {
    const rows: Row[] = [];
    for (const line of quick ? QUICK : FULL) {
      const bursty = line.burstMs > 0 ? ` in bursts of ${line.burstMs} ms` : '';
      say(`midi-loss: ${line.lossPercent} % loss${bursty}, ${line.minutes} minutes`);
      rows.push(rowOf(line));
    }
    return Promise.resolve(rows);
  },
};

function rowOf({ lossPercent, burstMs, minutes }: Case): Row {
  const seconds = minutes * 60;
  const figures = runMidiLoss({
    ...{ loss: lossPercent / 100, burstMs, seconds, seed: SEED },
    dumpEverySeconds: DUMP_EVERY_SECONDS,
  });
  return {
    model: burstMs > 0 ? 'gilbert-elliott' : 'independent',
    lossPercent,
    burstMs: burstMs > 0 ? burstMs : null,
    minutes,
    ...counts(figures),
    latenessP50Ms: late(figures.latenessMs, 0.5),
    latenessP99Ms: late(figures.latenessMs, 0.99),
    // Of the time after a burst has ended; independent loss has none.
    afterBurstMaxMs: burstMs > 0 ? late(figures.waitedMs, 1) : null,
    onFramePercent: rounded(figures.onFrameShare * 100, 2),
    packetsPerEvent: rounded(figures.packets / figures.sent, 2),
    kilobytesPerSecond: rounded(figures.bytes / 1000 / figures.seconds, 1),
  };
}

function counts(figures: MidiLossFigures): Row {
  const { sent, missing, reported, duplicated, hung, healed } = figures;
  return { sent, missing, reported, duplicated, hung, healed };
}

function late(valuesMs: readonly number[], share: number): number | null {
  return rounded(percentile(valuesMs, share), 2);
}
