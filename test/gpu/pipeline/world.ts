// A piece played over a lossy line through the real paths, with a GPU at the receiver or without.
import { expect } from 'vitest';
import type { PipelineMemory } from '../../../engine/gpu/pipeline/mailbox.js';
import { Simulation } from '../../simulation/support/simulation.js';
import type { VirtualEngine } from '../../simulation/support/virtual-engine.js';
import type { VirtualBatchClock } from './gpu-worker.js';

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
  readonly seconds?: number;
  readonly latencyMs?: number;
  readonly redundancy?: number;
  readonly block?: number;
  readonly packetFrames?: number;
  readonly gpu?: { readonly memory: PipelineMemory; readonly clock: VirtualBatchClock };
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
    seconds = 0.6,
    latencyMs = 12,
    redundancy = 0,
    block = 64,
    packetFrames = 64,
    gpu,
  } = world;
  const simulation = new Simulation({ seed: 7, lossAudio: loss, lossOther: loss });
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

/** How many of the frames that the delay is found by must be as they were sent. */
const PROBE_SHARE = 0.5;

/** What was sent, as it should have been heard. */
function sent(heard: Float32Array): Float32Array {
  const [from, to] = PROBE_FRAMES;
  for (let delay = 0; delay < DELAY_MAX; delay++) {
    let same = 0;
    for (let i = from; i < to; i++) if (heard[delay + i] === MUSIC[i]) same++;
    if (same > PROBE_SHARE * (to - from)) return heard.map((_, i) => (i < delay ? 0 : MUSIC[i - delay]));
  }
  throw new Error('what was heard was not what was sent');
}

/** Frames heard as they were sent are the same for both; of the others, how much each misses. */
export function compare(cpu: Played, gpu: Played): { different: number; cpuMiss: number; gpuMiss: number } {
  const truth = sent(cpu.heard);
  let different = 0;
  let cpuMiss = 0;
  let gpuMiss = 0;
  for (let i = 0; i < truth.length; i++) {
    // An estimate may happen to be right.
    const [cpuOff, gpuOff] = [Math.abs(cpu.heard[i] - truth[i]), Math.abs(gpu.heard[i] - truth[i])];
    if ((cpuOff === 0) !== (gpuOff === 0) && Math.max(cpuOff, gpuOff) > 1e-5) different++;
    cpuMiss += (cpu.heard[i] - truth[i]) ** 2;
    gpuMiss += (gpu.heard[i] - truth[i]) ** 2;
  }
  return { different, cpuMiss, gpuMiss };
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
