// meter against its twin, and both against what is known of sines.
import { describe, expect, it } from 'vitest';
import { loudness } from '../../engine/gpu/k-weighting.js';
import { METER_BINS, METER_POINTS, MeterJob, type MeterSizes } from '../../engine/gpu/kernels/meter.js';
import { METER_LEVEL } from '../../engine/gpu/layouts.js';
import { MeterTwin } from '../../engine/gpu/twins/meter.js';
import { Random } from '../fuzz/datagram-maker.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

const RATES = [8000, 44100, 48000, 192000];
const SIZES: MeterSizes = { channelsMax: 256, samplesMax: 1 << 20, statesMax: 256 };
/** Of the value, or of full scale. */
const ENERGY_TOLERANCE = 1e-3;
const ENERGY_FLOOR = 1e-7;
const POWER_TOLERANCE = 2e-6;
const LEVEL = METER_LEVEL.at;

/** Tones, noise, steps and silence; blocks of any length. */
function fill(job: MeterJob, channels: number, framesMax: number, seed: number): void {
  const random = new Random(seed);
  job.begin();
  for (let c = 0; c < channels; c++) {
    const rate = RATES[c % RATES.length];
    const frames = framesMax === 0 ? 0 : 1 + random.below(framesMax);
    const start = job.add(c, rate, frames);
    const hz = 20 + random.below(rate / 2 - 20);
    const kind = c % 5;
    for (let i = 0; i < frames; i++) {
      const noise = random.next() / 2 ** 31 - 1;
      const tone = Math.sin((2 * Math.PI * hz * i) / rate);
      job.samples[start + i] = [tone, noise, tone * 1e-4 + 0.5, i % 100 < 50 ? 1 : -1, 0][kind];
    }
  }
  job.finish();
}

function expectClose(pair: Pair<MeterJob>): void {
  const { onGpu, onCpu } = pair;
  for (let c = 0; c < onCpu.count; c++) {
    const at = c * METER_LEVEL.words;
    expect(onGpu.levels[at + LEVEL.peak]).toBe(onCpu.levels[at + LEVEL.peak]);
    for (const field of [LEVEL.meanSquare, LEVEL.weightedMeanSquare]) {
      const expected = onCpu.levels[at + field];
      const error = Math.abs(onGpu.levels[at + field] - expected);
      expect(error).toBeLessThanOrEqual(ENERGY_TOLERANCE * expected + ENERGY_FLOOR);
    }
  }
  let worst = 0;
  for (let i = 0; i < onCpu.used.spectrum; i++) {
    worst = Math.max(worst, Math.abs(onGpu.spectrum[i] - onCpu.spectrum[i]));
  }
  expect(worst).toBeLessThan(POWER_TOLERANCE);
}

describe.skipIf(WITHOUT_GPU)('meter', SLOWLY, () => {
  const gpu = useGpu();

  it('agrees with its twin, block after block', async () => {
    const pair = await new Pair(new MeterJob(SIZES), new MeterJob(SIZES), new MeterTwin()).open(gpu());
    const plans = [
      [1, 1],
      [3, 64],
      [0, 0],
      [2, 0],
      [256, 128],
      [256, 4000],
      [65, 1500],
      [1, 65536],
    ];
    for (const [index, [channels, framesMax]] of plans.entries()) {
      await pair.run((job) => fill(job, channels, framesMax, index));
      expectClose(pair);
    }
    await pair.run((job) => {
      for (let c = 0; c < 100; c++) job.reset(c);
      fill(job, 100, 700, 99);
    });
    expectClose(pair);
    pair.close();
  });
});

describe('meter on the processor', () => {
  /** A sine at full scale, in blocks, on the processor. */
  function measure(hz: number, blocks: number): MeterJob {
    const job = new MeterJob(SIZES);
    const twin = new MeterTwin();
    for (let block = 0; block < blocks; block++) {
      job.begin();
      const start = job.add(0, 48000, 4800);
      for (let i = 0; i < 4800; i++) {
        job.samples[start + i] = Math.sin((2 * Math.PI * hz * (block * 4800 + i)) / 48000);
      }
      job.finish();
      twin.run(job);
    }
    return job;
  }

  it('says what BS.1770 says of a sine at 997 Hz: -3.01 LUFS', () => {
    const { levels } = measure(997, 10);
    expect(loudness([levels[LEVEL.weightedMeanSquare]])).toBeCloseTo(-3.01, 1);
    expect(levels[LEVEL.meanSquare]).toBeCloseTo(0.5, 3);
    expect(levels[LEVEL.peak]).toBeCloseTo(1, 3);
  });

  it('shows a sine where it is, at its power', () => {
    const bin = 100;
    const { spectrum } = measure((bin * 48000) / METER_POINTS, 1);
    expect(spectrum[bin]).toBeCloseTo(1, 3);
    const elsewhere = [...spectrum.subarray(0, METER_BINS)].filter((_, i) => Math.abs(i - bin) > 1);
    expect(Math.max(...elsewhere)).toBeLessThan(1e-9);
  });
});
