// A piece played over a lossy line through the real paths, with a GPU at the receiver or without.
import { expect } from 'vitest';
import type { PipelineMemory } from '../../../engine/gpu/pipeline/mailbox.js';
import type { BatchClock } from '../../../engine/gpu/pipeline/pipeline.js';
import { Simulation } from '../../simulation/support/simulation.js';
import type { VirtualEngine } from '../../simulation/support/virtual-engine.js';

const RATE = 48000;
const START_US = 100_000;

const music = (channel: number, frame: number): number => {
  const t = frame / RATE;
  const chord = [220, 277.2, 329.6, 440, 1318.5].map(
    (hz, i) => Math.sin(2 * Math.PI * hz * t + i + channel) / (i + 4),
  );
  const swell = 0.6 + 0.4 * Math.sin(2 * Math.PI * 0.7 * t);
  return Math.fround(swell * chord.reduce((sum, value) => sum + value, 0));
};

export interface World {
  readonly loss?: number;
  /** Mean length of a loss burst; 0: each loss is independent. */
  readonly burstPackets?: number;
  readonly seconds?: number;
  readonly latencyMs?: number;
  readonly redundancy?: number;
  readonly block?: number;
  readonly packetFrames?: number;
  readonly gpu?: { readonly memory: PipelineMemory; readonly clock: BatchClock };
}

export interface Played {
  readonly heard: Float32Array;
  readonly engine: VirtualEngine;
  readonly underruns: number;
  readonly counts: Record<'asked' | 'used' | 'late' | 'needless' | 'refused', number>;
}

const NOTHING = { asked: 0, used: 0, late: 0, needless: 0, refused: 0 };

export function play(
  world: World,
  meanwhile: (simulation: Simulation, receiver: VirtualEngine) => void = () => {},
): Played {
  const {
    loss = 0.05,
    burstPackets = 0,
    seconds = 0.6,
    latencyMs = 12,
    redundancy = 0,
    block = 64,
    packetFrames = 64,
    gpu,
  } = world;
  const simulation = new Simulation({ seed: 7, lossAudio: loss, lossOther: loss, burstPackets });
  const a = simulation.addEngine({ settings: { packetFrames, copies: 3 } });
  const b = simulation.addEngine(gpu ? { gpu } : {});
  const receiver = simulation.addHost(b, 0, {
    plugin: { mode: 'receive', latencyMs, blockFramesMax: block },
    block: () => block,
  });
  simulation.run(START_US);
  simulation.addHost(a, 0, { plugin: { redundancy }, block: () => 64, signal: music, startUs: START_US });
  meanwhile(simulation, b);
  simulation.run(START_US + seconds * 1e6);
  return {
    heard: receiver.heard(0),
    engine: b,
    underruns: receiver.plugin.underrunFrames,
    counts: b.receive.pipeline?.conceal.counts ?? NOTHING,
  };
}

const NO_WINDOWS = { asked: 0, used: 0, late: 0, needless: 0, refused: 0, packets: 0 };

/** What became of the windows that were asked for. */
export const recoverCounts = ({ engine }: Played): typeof NO_WINDOWS =>
  engine.receive.pipeline?.recover.counts ?? NO_WINDOWS;

const MUSIC = Float32Array.from({ length: 4 * RATE }, (_, frame) => music(0, frame));
const DELAY_MAX = 8000;
const PROBE_FRAMES = [2000, 8000] as const;
const PROBE_STEP = 11;

/** How many of the frames that the delay is found by must be as they were sent. */
const PROBE_SHARE = 0.5;

/** What was sent, as it should have been heard. */
function sent(heard: Float32Array): Float32Array {
  const [from, to] = PROBE_FRAMES;
  for (let delay = 0; delay < DELAY_MAX; delay++) {
    let same = 0;
    for (let i = from; i < to; i += PROBE_STEP) if (heard[delay + i] === MUSIC[i]) same++;
    if (same * PROBE_STEP > PROBE_SHARE * (to - from))
      return heard.map((_, i) => (i < delay ? 0 : MUSIC[i - delay]));
  }
  throw new Error('what was heard was not what was sent');
}

/** Frames this close together are of one gap. */
const SAME_GAP_FRAMES = 8;
/** What misses less is as good as right: 80 dB below full scale, over a packet. */
const MISS_MIN = 64e-8;

export interface Compared {
  /** Frames that came through on one side only. */
  readonly different: number;
  readonly gaps: number;
  /** By how much the estimates with a GPU miss more than those without: gap by gap in the mean, and in all. */
  readonly meanDb: number;
  readonly allDb: number;
}

/** Frames heard as they were sent are the same for both; of the others, how much each misses. */
export function compare(cpu: Played, gpu: Played): Compared {
  const truth = sent(cpu.heard);
  let different = 0;
  let last = Number.NEGATIVE_INFINITY;
  const misses: { cpu: number; gpu: number }[] = [];
  for (let i = 0; i < truth.length; i++) {
    const [cpuOff, gpuOff] = [Math.abs(cpu.heard[i] - truth[i]), Math.abs(gpu.heard[i] - truth[i])];
    if (cpuOff === 0 && gpuOff === 0) continue;
    // An estimate may happen to be right.
    if ((cpuOff === 0) !== (gpuOff === 0) && Math.max(cpuOff, gpuOff) > 1e-5) different++;
    if (i - last > SAME_GAP_FRAMES) misses.push({ cpu: MISS_MIN, gpu: MISS_MIN });
    last = i;
    misses[misses.length - 1].cpu += cpuOff ** 2;
    misses[misses.length - 1].gpu += gpuOff ** 2;
  }
  const inDb = (ratio: number): number => 10 * Math.log10(ratio);
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  return {
    different,
    gaps: misses.length,
    meanDb: sum(misses.map((miss) => inDb(miss.gpu / miss.cpu))) / misses.length,
    allDb: inDb(sum(misses.map((miss) => miss.gpu)) / sum(misses.map((miss) => miss.cpu))),
  };
}

const COLUMNS = [
  'framesReceived',
  'framesRecovered',
  'framesConcealed',
  'framesSilent',
  'framesPlayed',
  'duplicates',
  'late',
] as const;
export const counted = ({ engine }: Played) =>
  COLUMNS.map((column) => [column, engine.total(column, 2, 0)] as const);

/** The steepest step that the sound itself makes, with room for what an estimate may add. */
const STEP_MAX = 0.35;

export function expectNoClick({ heard }: Played): void {
  const truth = sent(heard);
  let steepest = 0;
  for (let i = truth.findIndex((value) => value !== 0) + 64; i < heard.length; i++) {
    steepest = Math.max(steepest, Math.abs(heard[i] - heard[i - 1]));
  }
  expect(steepest).toBeLessThan(STEP_MAX);
}
