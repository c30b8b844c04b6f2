import { describe, expect, it } from 'vitest';
import { makeMaterial } from '../../bench/repair/material.js';
import { chanceOf } from '../../engine/demo/chance.js';
import { PitchSearch } from '../../engine/repair/pitch-search.js';

const FRAMES = 4000;
const pulses = (period: number) =>
  Float64Array.from({ length: FRAMES }, (_, n) => Math.exp(-(n % period) / 9) - 0.1);

describe('the pitch search', () => {
  it.each([44100, 48000, 96000])('finds the period of pulses at %d Hz to the frame', (rate) => {
    const search = new PitchSearch(rate);
    for (const ms of [2.5, 4, 7.3, 12, 19]) {
      const period = Math.round((ms * rate) / 1000);
      search.search(pulses(period), FRAMES, 3900);
      expect(search.lag % period).toBe(0);
      expect(search.similarity).toBeGreaterThan(0.8);
    }
  });

  it('trusts noise little, silence not at all', () => {
    const chance = chanceOf(3);
    const search = new PitchSearch(48000);
    search.search(
      Float64Array.from({ length: FRAMES }, () => chance() - 0.5),
      FRAMES,
      FRAMES,
    );
    expect(search.similarity).toBeLessThan(0.4);
    search.search(new Float64Array(FRAMES), FRAMES, FRAMES);
    expect(search.similarity).toBe(0);
    expect(search.lag).toBe(0);
  });

  it('looks at no sample outside of what it was given', () => {
    const x = new Float64Array(FRAMES).fill(Number.NaN);
    x.set(Float64Array.from(makeMaterial('voice', 12000, 48000, 3).subarray(9000, 10500)), FRAMES - 1500);
    const search = new PitchSearch(48000);
    for (const frames of [1500, 700, 300, 96, 5, 0]) {
      search.search(x, FRAMES, frames);
      expect(search.similarity).not.toBeNaN();
      expect(search.lag).toBeLessThan(Math.max(1, frames));
    }
  });
});
