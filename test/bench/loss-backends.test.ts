// The loss benchmark on the GPU and on the processor: the same frames come through, estimates are as good.
//   JAMBRIDGE_GPU_LONG=1: every redundancy with every kind of loss at every latency
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackendComparison, LossGpu } from '../../bench/loss/backends.js';
import { MODELS, PROTECTIONS, setting } from '../../bench/loss/loss.js';
import type { LossRunOptions } from '../../bench/loss/loss-run.js';
import type { Music } from '../../bench/loss/music.js';
import { WITHOUT_GPU } from '../gpu/support.js';

const LONG = process.env.JAMBRIDGE_GPU_LONG === '1';
const RATE = 48_000;
/** Estimates may be worse by so much; they are better, mostly: the processor saves. */
const MISS_DB_MAX = LONG ? 3 : 1;

/** Chords that swell, and never the same twice. */
const MUSIC: Music = {
  sample: (channel, frame) => {
    const t = frame / RATE;
    const chord = [196, 246.9, 293.7, 587.3, 1174.7].map(
      (hz, i) => Math.sin(2 * Math.PI * hz * t + i * channel + Math.sin(0.3 * t * i)) / (i + 4),
    );
    return Math.fround((0.6 + 0.4 * Math.sin(5 * t)) * chord.reduce((sum, value) => sum + value, 0));
  },
};

const SHORT: readonly Partial<LossRunOptions>[] = [
  { mode: 'none', loss: 0.1 },
  { mode: 'none', loss: 0.1, burstPackets: 6 },
  { mode: 'burst', loss: 0.33 },
  { mode: 'fec', loss: 0.33, latenciesMs: [5] },
  { mode: 'fec', loss: 0.33, burstPackets: 6 },
];
const BASE = {
  bytesRatio: 3,
  copies: 3,
  burstPackets: 0,
  latenciesMs: [12],
  seconds: 0.3,
  settleSeconds: 0.3,
  seed: 7,
};
const WHOLE = PROTECTIONS.flatMap((protection) =>
  MODELS.map((model) => ({ ...setting(protection, model), seconds: 1, settleSeconds: 0.4 })),
);

function expectAlike({ latencyMs, ...one }: BackendComparison): void {
  const { cpu, gpu, exactOnCpuOnly, exactOnGpuOnly, missDb } = one;
  const text = `at ${latencyMs} ms`;
  expect([exactOnCpuOnly, exactOnGpuOnly], text).toEqual([0, 0]);
  expect(gpu.exact, text).toBe(cpu.exact);
  expect(gpu.gapsPerMinute, text).toBe(cpu.gapsPerMinute);
  expect(missDb ?? 0, text).toBeLessThan(MISS_DB_MAX);
}

describe.skipIf(WITHOUT_GPU)('the GPU and the processor', () => {
  let gpu: LossGpu;
  beforeAll(async () => {
    gpu = await LossGpu.open();
  });
  afterAll(() => gpu?.close());

  const cases = LONG
    ? WHOLE
    : SHORT.map((one) => ({ ...BASE, mode: 'none', loss: 0, ...one }) as LossRunOptions);
  it.each(cases)(
    '$mode $bytesRatio x, loss $loss, bursts of $burstPackets',
    { timeout: 600_000 },
    (options) => {
      const compared = gpu.compare(options, MUSIC);
      expect(compared.length).toBe(options.latenciesMs.length);
      for (const one of compared) {
        expectAlike(one);
        if (options.mode === 'fec' && options.loss > 0) expect(one.windowsUsed).toBeGreaterThan(0);
        if (options.mode === 'none' && options.loss > 0) expect(one.gapsUsed).toBeGreaterThan(0);
      }
    },
  );
});
