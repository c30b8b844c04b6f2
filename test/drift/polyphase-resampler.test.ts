// The resampler as it is heard: what it adds to a sine, that cutting its work in pieces changes nothing, and
// that its position stays exact at any frame number.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolyphaseResampler } from '../../engine/drift/polyphase-resampler.js';
import { rng } from './drift-support.js';
import { decibels, EVERYWHERE, fillRing, resampled, ring, sineIn } from './resampler-support.js';

const SEED = 20_260_101;

function sineThrough(sourceRate: number, slotRate: number, ratio: number, hz: number, first = 5000) {
  const source = ring(16_384, 1);
  const radians = (2 * Math.PI * hz) / sourceRate;
  fillRing(source, first - 1000, (_, f) => Math.sin(radians * f));
  const count = Math.floor(14_000 / Math.max(1, ratio));
  const position = { frame: first, fraction: 0.25 };
  const x = resampled(new PolyphaseResampler(sourceRate, slotRate, 1), source, position, ratio, count);
  return sineIn(x, radians * ratio);
}

describe('THD+N of a full-scale sine', () => {
  const cases = [
    ['a drift of 300 ppm', 48_000, 48_000, 1 + 300e-6],
    ['a drift of -300 ppm', 48_000, 48_000, 1 - 300e-6],
    ['44.1 into 48 kHz', 44_100, 48_000, 44_100 / 48_000],
    ['48 into 44.1 kHz', 48_000, 44_100, (48_000 / 44_100) * (1 + 100e-6)],
    ['48 into 96 kHz', 48_000, 96_000, 0.5 * (1 - 300e-6)],
    ['96 into 48 kHz', 96_000, 48_000, 2 * (1 + 300e-6)],
    ['22.05 into 48 kHz', 22_050, 48_000, 22_050 / 48_000],
    ['48 into 22.05 kHz', 48_000, 22_050, 48_000 / 22_050],
  ] as const;
  for (const [name, sourceRate, slotRate, ratio] of cases) {
    it(name, () => {
      const low = sineThrough(sourceRate, slotRate, ratio, 1000);
      const highHz = Math.min(sourceRate, slotRate) * 0.41;
      const high = sineThrough(sourceRate, slotRate, ratio, highHz);
      console.log(
        `${name}: ${low.restDb.toFixed(1)} dB at 1 kHz, ${high.restDb.toFixed(1)} dB at ${highHz} Hz`,
      );
      expect(low.restDb).toBeLessThan(-130);
      expect(high.restDb).toBeLessThan(-118);
      expect(Math.abs(decibels(low.amplitude))).toBeLessThan(1e-4);
      expect(Math.abs(decibels(high.amplitude))).toBeLessThan(1e-3);
    });
  }

  it('what the slower rate cannot carry is gone', () => {
    const source = ring(16_384, 1);
    fillRing(source, 0, (_, f) => Math.sin(((2 * Math.PI * 25_000) / 96_000) * f));
    const resampler = new PolyphaseResampler(96_000, 48_000, 1);
    const x = resampled(resampler, source, { frame: 1000, fraction: 0 }, 2, 7000);
    expect(decibels(x.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0))).toBeLessThan(-120);
  });
});

describe('positions', () => {
  it('whole ones play the frames themselves, up to the pass band', () => {
    const source = ring(4096, 1);
    const radians = (2 * Math.PI * 3000) / 48_000;
    fillRing(source, 0, (_, f) => 0.5 * Math.sin(radians * f));
    const x = resampled(
      new PolyphaseResampler(48_000, 48_000, 1),
      source,
      { frame: 500, fraction: 0 },
      1,
      3000,
    );
    for (let j = 0; j < x.length; j++) expect(Math.abs(x[j] - source.frames[500 + j])).toBeLessThan(1e-6);
  });

  it('at 2^52 frames it sounds as at the beginning', () => {
    const ratio = 1 + 123e-6;
    const near = sineThrough(48_000, 48_000, ratio, 1000, 16_384);
    const far = sineThrough(48_000, 48_000, ratio, 1000, 2 ** 52 - 32_768);
    expect(far).toEqual(near);
    expect(far.restDb).toBeLessThan(-130);
  });

  it('many small steps end where they should', () => {
    const resampler = new PolyphaseResampler(48_000, 48_000, 1);
    const source = ring(1024, 1);
    const out = ring(1024, 1);
    const ratio = 1 + 300e-6;
    const position = { frame: 2 ** 51, fraction: 0 };
    const blocks = 3000;
    for (let n = 0; n < blocks; n++)
      resampler.resample(source, ...EVERYWHERE, position, ratio, out, 0, 240, false);
    const passed = position.frame - 2 ** 51 + position.fraction;
    // 15 s here; the error grows with the steps at most: by 1e-11 a step it would be 0.002 frames in an hour.
    expect(Math.abs(passed - blocks * 240 * ratio)).toBeLessThan(blocks * 240 * 1e-11);
    expect(position.fraction).toBeGreaterThanOrEqual(0);
    expect(position.fraction).toBeLessThan(1);
  });
});

describe('pieces', () => {
  it('of any size give what one call gives', () => {
    const random = rng(SEED);
    const source = ring(8192, 2);
    fillRing(source, 0, () => 2 * random() - 1);
    const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 });
    const rates = fc.constantFrom([48_000, 48_000], [44_100, 48_000], [48_000, 96_000], [96_000, 48_000]);
    const ppm = fc.integer({ min: -400, max: 400 });
    console.log(`seed ${SEED}`);
    fc.assert(
      fc.property(
        rates,
        ppm,
        sizes,
        fc.nat(2 ** 40),
        fc.nat(4095),
        ([from, to], drift, counts, frame, start) => {
          const resampler = new PolyphaseResampler(from, to, 2);
          const ratio = (from / to) * (1 + drift * 1e-6);
          const whole = ring(8192, 2);
          const pieces = ring(8192, 2);
          const one = { frame, fraction: 0.5 };
          const many = { frame, fraction: 0.5 };
          const total = counts.reduce((sum, n) => sum + n, 0);
          const peak = resampler.resample(source, ...EVERYWHERE, one, ratio, whole, start, total, false);
          let done = 0;
          let highest = 0;
          for (const count of counts) {
            const p = resampler.resample(
              source,
              ...EVERYWHERE,
              many,
              ratio,
              pieces,
              start + done,
              count,
              false,
            );
            highest = Math.max(highest, p);
            done += count;
          }
          expect(many).toEqual(one);
          expect(Buffer.compare(Buffer.from(pieces.frames.buffer), Buffer.from(whole.frames.buffer))).toBe(0);
          expect(highest).toBe(peak);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });
});

describe('channels', () => {
  const resampler = new PolyphaseResampler(48_000, 48_000, 4);
  const noise = (channels: number) => {
    const random = rng(SEED);
    const source = ring(1024, channels);
    fillRing(source, 0, () => random() - 0.5);
    return source;
  };
  const play = (source: ReturnType<typeof ring>, out: ReturnType<typeof ring>, add: boolean, at = 300) =>
    resampler.resample(source, ...EVERYWHERE, { frame: at, fraction: 0.3 }, 1.0001, out, 0, 64, add);
  const plane = (of: ReturnType<typeof ring>, c: number) =>
    Array.from(of.frames.subarray(c * of.ringFrames, (c + 1) * of.ringFrames));

  it('are all alike, whether one, two, three or four', () => {
    const four = noise(4);
    const all = ring(64, 4);
    play(four, all, false);
    for (let c = 0; c < 4; c++) {
      const alone = { ...ring(1024, 1), frames: four.frames.slice(c * 1024, (c + 1) * 1024) };
      const out = ring(64, 1);
      play(alone, out, false);
      expect(plane(all, c)).toEqual(plane(out, 0));
    }
  });

  it('of a mono source are all the same; those that a source lacks are silent, and overwritten', () => {
    const mono = ring(64, 2);
    play(noise(1), mono, false);
    expect(plane(mono, 1)).toEqual(plane(mono, 0));
    const three = ring(64, 3);
    three.frames.fill(9);
    play(noise(2), three, false);
    expect(plane(three, 2)).toEqual(new Array(64).fill(0));
  });

  it('are added where others play already', () => {
    const source = noise(2);
    const alone = ring(64, 2);
    const peak = play(source, alone, false);
    expect(peak).toBeCloseTo(Math.max(...alone.frames.map(Math.abs)), 6);
    const both = ring(64, 3);
    both.frames.fill(0.25);
    play(source, both, true);
    for (let i = 0; i < 128; i++) expect(both.frames[i]).toBeCloseTo(alone.frames[i] + 0.25, 6);
    expect(plane(both, 2)).toEqual(new Array(64).fill(0.25));
  });

  it('outside what the source holds there is silence, whatever lies in its ring', () => {
    const source = ring(1024, 1);
    source.frames.fill(1);
    const out = ring(256, 1);
    resampler.resample(source, 400, 450, { frame: 300, fraction: 0 }, 1, out, 0, 256, false);
    const near = resampler.halfTaps;
    for (let j = 0; j < 256; j++) {
      const inside = Math.min(300 + j - 400, 450 - 300 - j);
      if (inside < -near) expect(out.frames[j]).toBe(0);
      if (inside > 5) expect(out.frames[j]).toBeGreaterThan(0.9);
    }
  });
});
