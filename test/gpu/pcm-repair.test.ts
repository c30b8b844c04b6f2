// pcm-repair against the engine's own fit and bridge. Single precision can't give the same frames as double: what is
// asked for is that it makes no worse ones.
import { describe, expect, it } from 'vitest';
import { PcmRepairJob, type RepairSizes } from '../../engine/gpu/kernels/pcm-repair.js';
import { floats } from '../../engine/gpu/kernels/resample.js';
import { REPAIR_GAP, REPAIR_MODEL } from '../../engine/gpu/layouts.js';
import { PcmRepairTwin } from '../../engine/gpu/twins/pcm-repair.js';
import { Random } from '../fuzz/datagram-maker.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

/**
 * What the frames miss of what was lost: where that is less than 70 dB below the sound, at most 6 dB more in any gap
 * than what the twin's frames miss, and 1 dB in the mean. Of noise, the same frames within 80 dB.
 */
const OF_THE_MISS = 4;
const MEAN_DB = 1;
const OF_THE_SOUND = 1e-7;
const OF_NOISE = 1e-8;

const SIZES: RepairSizes = {
  gapsMax: 300,
  modelsMax: 300,
  samplesMax: 1 << 20,
  resultMax: 1 << 17,
  lengthMax: 960,
  fitFramesMax: 2560,
};
const GAP = REPAIR_GAP.at;

type Sound = (frame: number, random: Random) => number;
const noise = (random: Random): number => random.next() / 2 ** 31 - 1;
const chord: Sound = (i) =>
  0.3 * Math.sin(i * 0.0576) + 0.3 * Math.sin(i * 0.0863 + 1) + 0.2 * Math.sin(i * 0.131 + 2);
const SOUNDS: readonly (readonly [name: string, sound: Sound])[] = [
  ['a sine', (i) => Math.sin(i / 20)],
  ['a low and a high sine', (i) => 0.9 * Math.sin(i * 0.003) + 0.05 * Math.sin(i * 0.9)],
  ['a chord', chord],
  ['a chord and noise', (i, random) => chord(i, random) + 1e-3 * noise(random)],
  [
    'harmonics',
    (i) => [1, 2, 3, 4, 5, 6, 7, 8, 9].reduce((sum, h) => sum + (0.2 * Math.sin(i * 0.0144 * h + h)) / h, 0),
  ],
  ['noise', (_, random) => 0.5 * noise(random)],
  ['pulses', (i, random) => (i % 441 < 40 ? Math.exp(-(i % 441) / 9) : 0) + 1e-3 * noise(random)],
  ['a quiet chord', (i, random) => 1e-4 * chord(i, random) + 1e-9 * noise(random)],
  ['silence', () => 0],
  ['a constant', () => 0.25],
];

interface Plan {
  readonly sound: Sound;
  readonly gaps: number;
  readonly order: number;
  readonly length: number;
  readonly steered: number;
  /** Frames fitted to, for each coefficient, on both sides. */
  readonly near?: number;
  readonly far?: number;
  readonly driven?: boolean;
  /** Driven by what the model itself has missed so many frames before. */
  readonly lag?: number;
}

/** Puts gaps into the job, and what was lost in them into `lost`, frame by frame as in the result. */
function fill(job: PcmRepairJob, plan: Plan, lost: Float32Array): void {
  const { sound, gaps, order, length, steered, near = 16, far = 4, driven, lag = 0 } = plan;
  const random = new Random(3);
  job.begin();
  for (let g = 0; g < gaps; g++) {
    const held = Math.max(order + lag, near * order);
    const behind = Math.max(steered, far * order);
    const at = job.place(held + length + behind);
    const from = random.below(20000);
    for (let i = 0; i < held + length + behind; i++) job.samples[at + i] = sound(from + i, random);
    const excitation = job.place(length);
    for (let i = 0; i < length; i++) job.samples[excitation + i] = driven ? 0.01 * noise(random) : 0;
    const own = lag > 0 ? { lag, noise: job.place(length) } : {};
    for (let i = 0; i < length && lag > 0; i++) {
      job.samples[excitation + i] = 0.8 ** (1 + Math.floor(i / lag));
      job.samples[(own.noise ?? 0) + i] = 0.3 * noise(random);
    }
    const gap = {
      nearAt: at + held - near * order,
      nearFrames: near * order,
      farAt: at + held + length,
      farFrames: far * order,
    };
    const bridge = { length, before: at + held, after: at + held + length, steered, excitation };
    const result = job.add({ ...gap, ...bridge, ...own, fitOrder: order, model: gaps - 1 - g });
    lost.set(job.samples.subarray(at + held, at + held + length), result);
  }
  job.finish();
}

/** Energies over a gap: of what is missed, of what the twin misses, of what was lost, of the difference to the twin. */
function energies(pair: Pair<PcmRepairJob>, lost: Float32Array, first: number, length: number): number[] {
  const sums = [0, 0, 0, 0];
  for (let i = first; i < first + length; i++) {
    sums[0] += (pair.onGpu.result[i] - lost[i]) ** 2;
    sums[1] += (pair.onCpu.result[i] - lost[i]) ** 2;
    sums[2] += lost[i] ** 2;
    sums[3] += (pair.onGpu.result[i] - pair.onCpu.result[i]) ** 2;
  }
  return sums;
}

describe.skipIf(WITHOUT_GPU)('pcm-repair', SLOWLY, () => {
  const gpu = useGpu();

  async function openPair(): Promise<Pair<PcmRepairJob>> {
    const twin = new PcmRepairTwin(SIZES.lengthMax, SIZES.fitFramesMax);
    return await new Pair(new PcmRepairJob(SIZES), new PcmRepairJob(SIZES), twin).open(gpu());
  }

  const lost = new Float32Array(SIZES.resultMax);

  /** Returns by how much each gap misses more than the twin does, in dB. */
  async function expectAsGood(pair: Pair<PcmRepairJob>, plan: Plan, name: string): Promise<number[]> {
    const worse: number[] = [];
    await pair.run((job) => fill(job, plan, lost));
    const { gaps } = pair.onCpu.memory;
    for (let g = 0; g < plan.gaps; g++) {
      const first = gaps[g * REPAIR_GAP.words + GAP.result];
      const [missed, twinMissed, sound, difference] = energies(pair, lost, first, plan.length);
      const { order, length, steered } = plan;
      const what = `${name}, order ${order}, ${length} frames, ${steered} steered, gap ${g}`;
      const allowed = OF_THE_MISS * twinMissed + OF_THE_SOUND * sound + 1e-16;
      expect([what, missed <= allowed ? 'fine' : missed / allowed]).toEqual([what, 'fine']);
      const floor = OF_THE_SOUND * sound + 1e-16;
      worse.push(10 * Math.log10((missed + floor) / (twinMissed + floor)));
      if (name === 'noise') expect(difference).toBeLessThan(OF_NOISE * sound);
    }
    return worse;
  }

  it.each(SOUNDS)('%s: no worse than in double precision', async (name, sound) => {
    const pair = await openPair();
    const plans = [
      { gaps: 5, order: 8, length: 64, steered: 32 },
      { gaps: 3, order: 32, length: 64, steered: 32 },
      { gaps: 3, order: 32, length: 256, steered: 32 },
      { gaps: 2, order: 128, length: 64, steered: 32 },
      { gaps: 2, order: 128, length: 480, steered: 0, far: 0 },
      { gaps: 1, order: 128, length: 960, steered: 32 },
    ];
    const worse: number[] = [];
    for (const plan of plans) worse.push(...(await expectAsGood(pair, { ...plan, sound }, name)));
    expect(worse.reduce((sum, db) => sum + db, 0) / worse.length).toBeLessThan(MEAN_DB);
    pair.close();
  });

  it('takes gaps of every shape, many at once, and none', async () => {
    const pair = await openPair();
    const sound = SOUNDS[3][1];
    const plans: Plan[] = [
      { sound, gaps: 0, order: 8, length: 1, steered: 0 },
      { sound, gaps: 1, order: 1, length: 1, steered: 1 },
      { sound, gaps: 7, order: 3, length: 7, steered: 5 },
      { sound, gaps: 3, order: 17, length: 129, steered: 31, driven: true },
      { sound, gaps: 3, order: 31, length: 65, steered: 32, near: 3, far: 3 },
      { sound, gaps: 3, order: 32, length: 40, steered: 32, near: 0, far: 8 },
      { sound, gaps: 3, order: 32, length: 40, steered: 32, near: 2, far: 2 },
      { sound, gaps: 300, order: 16, length: 64, steered: 32 },
    ];
    for (const plan of plans) await expectAsGood(pair, plan, 'shapes');
    pair.close();
  });

  it('makes what drives a long gap from what the model missed before it', async () => {
    const pair = await openPair();
    for (const [name, sound] of SOUNDS.filter(([which]) => /noise|pulses|harmonics/.test(which))) {
      const plans: Plan[] = [
        { sound, gaps: 3, order: 32, length: 100, steered: 32, lag: 441 },
        { sound, gaps: 2, order: 128, length: 960, steered: 32, lag: 960 },
        { sound, gaps: 2, order: 17, length: 259, steered: 31, lag: 97 },
      ];
      for (const plan of plans) await expectAsGood(pair, plan, `${name}, driven`);
      const { result: driven } = pair.onGpu;
      const before = driven.slice(0, 259);
      await pair.run((job) => fill(job, { ...plans[2], lag: 0 }, lost));
      const change = before.reduce((sum, value, i) => sum + (value - pair.onGpu.result[i]) ** 2, 0);
      expect(change).toBeGreaterThan(name === 'harmonics' ? 0 : 1e-9); // it does drive
    }
    pair.close();
  });

  it('uses a model again that an earlier batch has left', async () => {
    const pair = await openPair();
    const plan = { sound: SOUNDS[3][1], gaps: 6, order: 32, length: 64, steered: 32 };
    await expectAsGood(pair, plan, 'fitted');
    const fitted = pair.onGpu.result.slice(0, pair.onGpu.used.result);
    await pair.run((job) => {
      fill(job, plan, lost);
      for (let g = 0; g < plan.gaps; g++) job.memory.gaps[g * REPAIR_GAP.words + GAP.fitOrder] = 0;
    });
    expect([...pair.onGpu.result.subarray(0, fitted.length)]).toEqual([...fitted]);
    pair.close();
  });

  it('fits models as long as the twin does, with the same error', async () => {
    const pair = await openPair();
    // Of sounds that can be predicted without an error, the error is what rounding leaves of it.
    for (const [name, sound] of SOUNDS.filter(([which]) => /noise|pulses/.test(which))) {
      await pair.run((job) => fill(job, { sound, gaps: 2, order: 32, length: 16, steered: 16 }, lost));
      const fits = await pair.state(gpu(), 'fits');
      const { fits: expected } = pair.onCpu.memory;
      for (const model of [0, 1]) {
        const at = model * REPAIR_MODEL.words;
        expect([name, fits[at + REPAIR_MODEL.at.order]]).toEqual([
          name,
          expected[at + REPAIR_MODEL.at.order],
        ]);
        const [error, expectedError] = [fits, expected].map(
          (words) => floats(words)[at + REPAIR_MODEL.at.errorEnergy],
        );
        expect(Math.abs(error / expectedError - 1)).toBeLessThan(1e-3);
      }
    }
    pair.close();
  });
});
