// What a lossy line leaves of the music, by redundancy, kind of loss and receive latency: the real send and receive
// paths on a virtual clock, a stereo stream in packets of 64 frames, a line that loses and does nothing else.
import type { Bench, BenchOptions, Row } from '../bench.js';
import { writeCurves } from '../plot/curves.js';
import { describeMachine } from '../support/machine.js';
import { rounded } from '../support/statistics.js';
import { type BackendComparison, LossGpu } from './backends.js';
import { type LossFigures, type LossRunOptions, type Mode, runLoss } from './loss-run.js';
import { loopedMusic, type Music } from './music.js';

export interface Protection {
  readonly mode: Mode;
  readonly bytesRatio: number;
}
export interface LossModel {
  readonly lossPercent: number;
  /** 0: independent. */
  readonly burstPackets: number;
}

const COPIES = 3;
const LATENCIES_MS = [5, 12, 25];
const SECONDS = 20;
/** Where a figure of few losses in many packets is promised, and at which latency. */
const LONG_SECONDS = 120;
const LONG_LATENCY_MS = 12;
const QUICK_SECONDS = 2;

export const PROTECTIONS: readonly Protection[] = [
  ...(['none', 'burst', 'jellie'] as const).map((mode) => ({ mode, bytesRatio: 3 })),
  { mode: 'fec', bytesRatio: 2 },
  { mode: 'fec', bytesRatio: 3 },
];
export const MODELS: readonly LossModel[] = [
  ...[0, 1, 5, 10, 20, 33, 50, 66].map((lossPercent) => ({ lossPercent, burstPackets: 0 })),
  ...[2, 6, 16].flatMap((burstPackets) =>
    [5, 10, 20, 33].map((lossPercent) => ({ lossPercent, burstPackets })),
  ),
];
const QUICK = { protections: [PROTECTIONS[0], PROTECTIONS[4]], models: [MODELS[5], MODELS[13]] };
/** What is promised of mode fec, by loss: at this many bytes. */
const PROMISED: readonly (readonly [number, number])[] = [
  [10, 2],
  [33, 3],
];

export const loss: Bench = {
  name: 'loss',
  summary: 'what a lossy line leaves of the music: frames exact, gaps, quality, bytes, processor time',
  flags: { plot: 'draws the curves, too: bench/curves/*.svg, *.png and the rows that they are made of' },
  choices: {
    backend: {
      values: ['cpu', 'gpu'],
      help: 'gpu: every case on the GPU and beside it on the processor, and where they differ',
    },
  },
  async run({ quick, flags, choices, say }: BenchOptions): Promise<Row[]> {
    const machine = describeMachine();
    const protections = quick ? QUICK.protections : PROTECTIONS;
    const models = quick ? QUICK.models : MODELS;
    const music = loopedMusic();
    if (choices.backend === 'gpu')
      return compareAll(protections, models, quick ? QUICK_SECONDS : SECONDS, say);
    // The first run would be billed for the compiler.
    runLoss({ ...setting(PROTECTIONS[4], MODELS[5]), seconds: QUICK_SECONDS }, music);
    const plain = runLoss({ ...setting(PROTECTIONS[0], MODELS[0]), seconds: QUICK_SECONDS }, music);
    const rows: Row[] = [];
    for (const protection of protections) {
      for (const model of models) {
        say(`loss: ${protection.mode} ${labelOf(protection)}, ${labelOf(model)}`);
        const options = setting(protection, model);
        const figures = quick
          ? runLoss({ ...options, seconds: QUICK_SECONDS }, music)
          : runModel(options, music);
        for (const figure of figures) {
          rows.push(lossRow(protection.mode, model, figure, plain[0].bytesPerFrame));
        }
      }
    }
    if (flags.includes('plot')) writeCurves({ bench: 'loss', machine, rows }, say);
    return rows;
  },
};

async function compareAll(
  protections: readonly Protection[],
  models: readonly LossModel[],
  seconds: number,
  say: BenchOptions['say'],
): Promise<Row[]> {
  const gpu = await LossGpu.open();
  const rows: Row[] = [];
  try {
    say(`loss: on ${gpu.adapterName} and on the processor`);
    for (const protection of protections) {
      for (const model of models) {
        say(`loss: ${protection.mode} ${labelOf(protection)}, ${labelOf(model)}`);
        const compared = gpu.compare({ ...setting(protection, model), seconds }, loopedMusic());
        for (const one of compared) rows.push(comparisonRow(protection, model, one, gpu.adapterName));
      }
    }
  } finally {
    await gpu.close();
  }
  return rows;
}

function comparisonRow(
  { mode, bytesRatio }: Protection,
  { lossPercent, burstPackets }: LossModel,
  { latencyMs, cpu, gpu, missDb, ...counts }: BackendComparison,
  adapter: string,
): Row {
  return {
    ...{
      mode,
      bytesRatio: mode === 'fec' ? bytesRatio : null,
      lossPercent,
      burstPackets: burstPackets || null,
    },
    ...{
      latencyMs,
      exactShareCpu: share(cpu.exact, cpu.frames),
      exactShareGpu: share(gpu.exact, gpu.frames),
    },
    concealedShareCpu: rounded(cpu.concealed / cpu.played, 6),
    concealedShareGpu: rounded(gpu.concealed / gpu.played, 6),
    segSnrDbCpu: rounded(cpu.segSnrDb, 2),
    segSnrDbGpu: rounded(gpu.segSnrDb, 2),
    missDb: missDb === null ? null : rounded(missDb, 2),
    ...{ ...counts, adapter },
  };
}

/** Longer where that is needed. */
function runModel(options: LossRunOptions, music: Music): LossFigures[] {
  const { mode, bytesRatio, burstPackets, loss: share } = options;
  const promised =
    mode === 'fec' &&
    burstPackets === 0 &&
    PROMISED.some(([p, r]) => p === Math.round(share * 100) && r === bytesRatio);
  if (!promised) return runLoss(options, music);
  return options.latenciesMs.flatMap((latencyMs) => {
    const seconds = latencyMs === LONG_LATENCY_MS ? LONG_SECONDS : options.seconds;
    return runLoss({ ...options, latenciesMs: [latencyMs], seconds }, music);
  });
}

export function setting(
  { mode, bytesRatio }: Protection,
  { lossPercent, burstPackets }: LossModel,
): LossRunOptions {
  return {
    ...{ mode, bytesRatio, burstPackets, copies: COPIES, loss: lossPercent / 100, latenciesMs: LATENCIES_MS },
    seconds: SECONDS,
    seed: 1 + lossPercent + 1000 * burstPackets,
  };
}

export function lossRow(
  mode: Mode,
  { lossPercent, burstPackets }: LossModel,
  figure: LossFigures,
  plainBytesPerFrame: number,
): Row {
  return {
    mode,
    model: burstPackets === 0 ? 'independent' : 'gilbert-elliott',
    lossPercent,
    burstPackets: burstPackets || null,
    latencyMs: figure.latencyMs,
    bytesRatio: rounded(figure.bytesPerFrame / plainBytesPerFrame, 3),
    deliveredShare: share(figure.delivered, figure.played),
    exactShare: share(figure.exact, figure.frames),
    concealedShare: rounded(figure.concealed / figure.played, 6),
    gapsPerMinute: rounded(figure.gapsPerMinute, 1),
    segSnrDb: rounded(figure.segSnrDb, 2),
    cpuShare: rounded(figure.cpuShare, 4),
  };
}

/** Rounded down: 1 means all. */
function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.floor((part / whole) * 1e6) / 1e6 : null;
}

function labelOf(what: Protection | LossModel): string {
  if ('mode' in what) return what.mode === 'fec' ? `${what.bytesRatio}x` : '';
  const bursts = what.burstPackets === 0 ? 'independent' : `bursts of ${what.burstPackets}`;
  return `${what.lossPercent} % ${bursts}`;
}
