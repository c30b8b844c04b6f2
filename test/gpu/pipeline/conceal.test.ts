// Concealment through the whole path, on the GPU and on the processor: the same frames are delivered, and what is
// estimated is as good.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation/support/simulation.js';
import type { VirtualEngine } from '../../simulation/support/virtual-engine.js';
import { WITHOUT_GPU } from '../support.js';
import { GpuWorker, VirtualBatchClock } from './gpu-worker.js';

const RATE = 48000;
const START_US = 100_000;
/** The estimates together may miss the sound by so much more than the processor's. */
const TOLERANCE_DB = 1;

const music = (channel: number, frame: number): number => {
  const t = frame / RATE;
  const chord = [220, 277.2, 329.6, 440, 1318.5].map(
    (hz, i) => Math.sin(2 * Math.PI * hz * t + i + channel) / (i + 4),
  );
  const swell = 0.6 + 0.4 * Math.sin(2 * Math.PI * 0.7 * t);
  return Math.fround(swell * chord.reduce((sum, value) => sum + value, 0));
};

interface World {
  readonly loss?: number;
  readonly seconds?: number;
  readonly latencyMs?: number;
  readonly redundancy?: number;
  readonly block?: number;
  readonly packetFrames?: number;
  readonly gpu?: { readonly worker: GpuWorker; readonly roundTripUs: number };
}

interface Played {
  readonly heard: Float32Array;
  readonly engine: VirtualEngine;
  readonly underruns: number;
  readonly missing: number;
  readonly counts: Record<'asked' | 'used' | 'late' | 'needless' | 'refused', number>;
}

const NOTHING = { asked: 0, used: 0, late: 0, needless: 0, refused: 0 };

function play(world: World, meanwhile: (simulation: Simulation) => void = () => {}): Played {
  const {
    loss = 0.05,
    seconds = 1,
    latencyMs = 12,
    redundancy = 0,
    block = 64,
    packetFrames = 64,
    gpu,
  } = world;
  const simulation = new Simulation({ seed: 7, lossAudio: loss, lossOther: loss });
  const clock = new VirtualBatchClock(gpu?.roundTripUs ?? 0);
  const a = simulation.addEngine({ settings: { packetFrames, copies: 3 } });
  const b = simulation.addEngine(gpu ? { gpu: { memory: gpu.worker.memory, clock } } : {});
  const receiver = simulation.addHost(b, 0, {
    plugin: { mode: 'receive', latencyMs, blockFramesMax: block },
    block: () => block,
  });
  simulation.run(START_US);
  simulation.addHost(a, 0, { plugin: { redundancy }, block: () => 64, signal: music, startUs: START_US });
  meanwhile(simulation);
  simulation.run(START_US + seconds * 1e6);
  return {
    heard: receiver.heard(0),
    engine: b,
    underruns: receiver.plugin.underrunFrames,
    missing: clock.missing,
    counts: b.receive.pipeline?.conceal.counts ?? NOTHING,
  };
}

/** What was sent, beside what was heard: as many frames earlier as `heard` has zeros before it. */
function sent(heard: Float32Array): Float32Array {
  let delay = 0;
  for (let d = 0; d < 8000 && delay === 0; d++) {
    let same = 0;
    for (let i = 2000; i < 8000; i++) if (heard[d + i] === music(0, i)) same++;
    if (same > 3000) delay = d;
  }
  return heard.map((_, i) => (i < delay ? 0 : music(0, i - delay)));
}

/** Frames heard as they were sent are the same for both; of the others, how much each misses. */
function compare(cpu: Played, gpu: Played): { different: number; cpuMiss: number; gpuMiss: number } {
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
const counted = ({ engine }: Played) => COLUMNS.map((column) => [column, engine.total(column, 2, 0)]);

/** The steepest step that the sound itself makes, with room for what an estimate may add. */
const STEP_MAX = 0.35;

function expectNoClick({ heard }: Played): void {
  const truth = sent(heard);
  let steepest = 0;
  for (let i = truth.findIndex((value) => value !== 0) + 64; i < heard.length; i++) {
    steepest = Math.max(steepest, Math.abs(heard[i] - heard[i - 1]));
  }
  expect(steepest).toBeLessThan(STEP_MAX);
}

describe.skipIf(WITHOUT_GPU)('concealment ahead of time', () => {
  let worker: GpuWorker;
  beforeAll(async () => {
    const started = await GpuWorker.start(['conceal']);
    if (typeof started === 'string')
      throw new Error(`${started}; JAMBRIDGE_WITHOUT_GPU=1 tests everything else`);
    worker = started;
  });
  afterAll(async () => {
    expect(await worker.end('stop')).toBe('');
  });

  it.each([
    ['lost packets', { loss: 0.05 }],
    ['many of them, and some that the processor keeps', { loss: 0.2, seconds: 0.6 }],
    ['copies that come after the gap was asked for', { loss: 0.4, seconds: 0.6, redundancy: 1 }],
    ['small blocks of the host', { loss: 0.05, block: 16 }],
  ] as const)('%s: the same frames delivered, estimates as good', (_, world) => {
    const cpu = play(world);
    const gpu = play({ ...world, gpu: { worker, roundTripUs: 700 } });
    expect(counted(gpu)).toEqual(counted(cpu));
    expect(gpu.missing).toBe(0);
    expect(gpu.underruns).toBe(cpu.underruns);
    const { asked, used, late, needless, refused } = gpu.counts;
    process.stderr.write(`${JSON.stringify(gpu.counts)} ${JSON.stringify(compare(cpu, gpu))}\n`);
    expect(asked - used - late - needless - refused).toBeLessThanOrEqual(8); // under way at the end
    expect(used).toBeGreaterThan(asked / 4);
    expect(late + refused).toBe(0);
    const { different, cpuMiss, gpuMiss } = compare(cpu, gpu);
    expect(different).toBe(0);
    expect(gpuMiss).toBeLessThan(cpuMiss * 10 ** (TOLERANCE_DB / 10));
    expectNoClick(gpu);
  });
});
