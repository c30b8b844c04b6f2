// The loss benchmark holds what is promised: by seed, over enough packets that chance can't be blamed.
import { describe, expect, it } from 'vitest';
import { lossRow } from '../../bench/loss/loss.js';
import { type LossFigures, type LossRunOptions, runLoss } from '../../bench/loss/loss-run.js';
import { loopedMusic } from '../../bench/loss/music.js';

const PACKET_FRAMES = 64;
/** Two-sided 99.99 % of the normal distribution. */
const Z = 3.89;

const run = (options: Partial<LossRunOptions>): LossFigures[] =>
  runLoss(
    {
      ...{ mode: 'none', bytesRatio: 3, copies: 3, loss: 0, burstPackets: 0, latenciesMs: [12], seed: 1 },
      ...{ seconds: 10, ...options },
    },
    loopedMusic(),
  );

/** Bounds of the true share, seen `share` in `trials` (Wilson's score interval), `z` deviations wide. */
function bounds(share: number, trials: number, z = Z): [number, number] {
  const z2 = (z * z) / trials;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (z / (1 + z2)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials));
  return [centre - half, centre + half];
}

function expectShare({ exact, frames }: LossFigures, promised: number): void {
  const [low, high] = bounds(exact / frames, frames / PACKET_FRAMES);
  expect(promised).toBeGreaterThan(low);
  expect(promised).toBeLessThan(high);
}

describe('what arithmetic says', () => {
  it.each([
    [0.1, 11],
    [0.33, 12],
    [0.66, 13],
  ])('none and three copies at a loss of %d (seed %d)', (loss, seed) => {
    expectShare(run({ loss, seed })[0], 1 - loss);
    expectShare(run({ mode: 'burst', loss, seed })[0], 1 - loss ** 3);
  });

  it.each([
    [0.2, 21],
    [0.5, 22],
  ])('jellie at a loss of %d, two descriptions of four suffice (seed %d)', (loss, seed) => {
    expectShare(run({ mode: 'jellie', loss, seed })[0], 1 - loss ** 4 - 4 * (1 - loss) * loss ** 3);
  });
});

describe('what is promised of fec at 12 ms', () => {
  // Long enough that what was seen leaves no room for less than what is promised, at 99 %.
  it.each([
    [0.33, 3, 0.9995, 60, 31],
    [0.1, 2, 0.9999, 120, 32],
  ])('loss %d at %d x the bytes: at least %d exact, in %d seconds (seed %d)', (...row) => {
    const [loss, bytesRatio, promised, seconds, seed] = row;
    const [plain] = run({ seconds: 1 });
    const [figures] = run({ mode: 'fec', loss, bytesRatio, seconds, seed });
    const [low] = bounds(figures.exact / figures.frames, figures.frames / PACKET_FRAMES, 2.58);
    expect(low, `${figures.exact} of ${figures.frames}`).toBeGreaterThanOrEqual(promised);
    const ratio = figures.bytesPerFrame / plain.bytesPerFrame;
    expect(ratio).toBeGreaterThan(bytesRatio - 0.02);
    expect(ratio).toBeLessThan(bytesRatio + 0.01);
  });

  it('restores bursts that the receive latency has room for, the better the more room', () => {
    const latenciesMs = [5, 12, 25];
    const figures = run({ mode: 'fec', loss: 0.1, burstPackets: 6, latenciesMs, seed: 41 });
    const [plain] = run({ loss: 0.1, burstPackets: 6, seed: 41 });
    const exact = figures.map((figure) => figure.exact);
    expect(exact[0]).toBeGreaterThan(plain.exact);
    expect(exact[1]).toBeGreaterThan(exact[0]);
    expect(exact[2]).toBeGreaterThanOrEqual(exact[1]);
  });
});

describe('the figures', () => {
  it('without loss all is exact, whatever the mode', () => {
    for (const mode of ['none', 'burst', 'jellie', 'fec'] as const) {
      const [figures] = run({ mode, seconds: 2 });
      expect(figures).toMatchObject({ exact: 96_000, concealed: 0, gapsPerMinute: 0, segSnrDb: 80 });
      expect(figures.delivered).toBe(figures.played);
    }
  });

  it('agree with each other: gaps are as many as losses make, what is not delivered is concealed', () => {
    const [figures] = run({ loss: 0.1, seconds: 20, seed: 51 });
    const packetsPerMinute = (60 * 48_000) / PACKET_FRAMES;
    // A gap begins where a packet is lost and the one before it was not.
    const gaps = packetsPerMinute * 0.1 * 0.9;
    expect(Math.abs(figures.gapsPerMinute - gaps)).toBeLessThan(4 * Math.sqrt(3 * gaps));
    expect(figures.delivered + figures.concealed).toBe(figures.played);
    expect(Math.abs(figures.played - figures.frames)).toBeLessThan(2 * PACKET_FRAMES);
    expect(Math.abs(figures.delivered - figures.exact)).toBeLessThan(0.005 * figures.frames);
    expect(figures.segSnrDb).toBeGreaterThan(10);
    expect(figures.segSnrDb).toBeLessThan(60);
    expect(figures.cpuShare).toBeGreaterThan(0.001);
    expect(figures.cpuShare).toBeLessThan(1);
  });

  it('make a row with the names that others read', () => {
    const [plain] = run({ seconds: 1 });
    const [figures] = run({ loss: 0.33, burstPackets: 6, seconds: 2 });
    const row = lossRow('none', { lossPercent: 33, burstPackets: 6 }, figures, plain.bytesPerFrame);
    expect(Object.keys(row)).toEqual([
      ...['mode', 'model', 'lossPercent', 'burstPackets', 'latencyMs', 'bytesRatio', 'deliveredShare'],
      ...['exactShare', 'concealedShare', 'gapsPerMinute', 'segSnrDb', 'cpuShare'],
    ]);
    expect(row).toMatchObject({ mode: 'none', model: 'gilbert-elliott', lossPercent: 33, burstPackets: 6 });
    expect(row).toMatchObject({ latencyMs: 12, bytesRatio: 1 });
    expect(row.exactShare).toBeLessThan(0.9);
  });

  it('the same by seed', () => {
    const [a, b] = [1, 2].map(
      () => run({ mode: 'fec', loss: 0.4, seconds: 2, seed: 61, latenciesMs: [5] })[0],
    );
    expect({ ...a, cpuShare: 0 }).toEqual({ ...b, cpuShare: 0 });
    const [c] = run({ mode: 'fec', loss: 0.4, seconds: 2, seed: 62, latenciesMs: [5] });
    expect(c.exact).not.toBe(a.exact);
  });
});
