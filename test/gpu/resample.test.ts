// resample against the engine's resampler.
import { describe, expect, it } from 'vitest';
import { ResampleJob, type ResampleSizes } from '../../engine/gpu/kernels/resample.js';
import { ResampleTwin } from '../../engine/gpu/twins/resample.js';
import { Random } from '../fuzz/datagram-maker.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

/** Of full scale: 100 taps and more, summed in single precision. */
const TOLERANCE = 4e-6;
const RATES = [
  { sourceRate: 48000, slotRate: 48000 },
  { sourceRate: 44100, slotRate: 48000 },
  { sourceRate: 96000, slotRate: 44100 },
  { sourceRate: 8000, slotRate: 192000 },
];
const CHANNELS_MAX = 64;

interface Plan {
  readonly pieces: number;
  readonly framesMax: number;
  readonly planesMax: number;
  readonly seed: number;
}

/** Noise at full scale, any fraction, ratios up to 0.5 % beside those of the rates. */
function fill(job: ResampleJob, { pieces, framesMax, planesMax, seed }: Plan): void {
  const random = new Random(seed);
  job.begin();
  for (let i = 0; i < pieces; i++) {
    const rates = random.below(RATES.length);
    const planes = 1 + random.below(planesMax);
    const frames = 1 + random.below(framesMax);
    const { sourceRate, slotRate } = RATES[rates];
    const off = i % 3 === 0 ? 0 : (random.below(1000) - 500) / 1e5;
    const ratio = (sourceRate / slotRate) * (1 + off);
    const fraction = i % 4 === 0 ? 0 : i % 4 === 1 ? 1 - 2 ** -40 : random.next() / 2 ** 32;
    const start = job.add(rates, planes, frames, fraction, ratio);
    const end = start + planes * job.sourceStride(rates, frames, ratio);
    for (let k = start; k < end; k++) job.source[k] = random.next() / 2 ** 31 - 1;
  }
  job.finish();
}

describe.skipIf(WITHOUT_GPU)('resample', SLOWLY, () => {
  const gpu = useGpu();

  it.each([
    { pieces: 0, framesMax: 1, planesMax: 1 },
    { pieces: 1, framesMax: 1, planesMax: 1 },
    { pieces: 7, framesMax: 65, planesMax: 3 },
    { pieces: 40, framesMax: 256, planesMax: 2 },
    { pieces: 5, framesMax: 700, planesMax: 64 },
    { pieces: 2, framesMax: 20000, planesMax: 1 },
  ])('%o: within the tolerance of the twin', async (plan) => {
    const sizes: ResampleSizes = { piecesMax: 64, sourceMax: 1 << 21, resultMax: 1 << 19, rates: RATES };
    const twin = new ResampleTwin(CHANNELS_MAX);
    const pair = await new Pair(new ResampleJob(sizes), new ResampleJob(sizes), twin).open(gpu());
    for (const seed of [1, 2]) {
      await pair.run((job) => fill(job, { ...plan, seed }));
      expect(pair.onGpu.used.result).toBe(pair.onCpu.used.result);
      let worst = 0;
      for (let i = 0; i < pair.onCpu.used.result; i++) {
        worst = Math.max(worst, Math.abs(pair.onGpu.result[i] - pair.onCpu.result[i]));
      }
      expect(worst).toBeLessThan(TOLERANCE);
      if (plan.pieces > 0) expect(pair.onCpu.result.some((sample) => Math.abs(sample) > 0.1)).toBe(true);
    }
    pair.close();
  });
});
