// Better than what others do: on every gap length in the mean, and nowhere far behind.
import { beforeAll, describe, expect, it } from 'vitest';
import { BASELINES } from '../../bench/repair/baselines.js';
import { GAPS } from '../../bench/repair/gaps.js';
import { MATERIALS, makeMaterial } from '../../bench/repair/material.js';
import { METHODS, measureQuality, PIECE_FRAMES, RATE } from '../../bench/repair/repair-table.js';

const SEED = 23;
const PIECES = 2;

beforeAll(() => process.stdout.write(`seed ${SEED}\n`));

describe.each(GAPS.filter(({ name }) => !/^(16|6)-/.test(name)))('gaps of $name', (gap) => {
  const table = MATERIALS.map((material) => ({
    material,
    quality: measureQuality(makeMaterial(material, PIECES * PIECE_FRAMES, RATE, SEED), gap, METHODS, SEED),
  }));
  const mean = (method: string, measure: 'segSnrDb' | 'lsdDb') =>
    table.reduce((sum, { quality }) => sum + quality[method][measure], 0) / table.length;

  it.each(BASELINES)('in the mean of all materials better than %s, by both measures', (baseline) => {
    expect(mean('repair', 'segSnrDb')).toBeGreaterThan(mean(baseline, 'segSnrDb') + 1);
    expect(mean('repair', 'lsdDb')).toBeLessThan(mean(baseline, 'lsdDb') - 0.5);
  });

  it.each(table.map(({ material, quality }) => [material, quality] as const))('%s', (material, quality) => {
    for (const baseline of BASELINES) {
      // Nothing predicts noise: there nothing can be better than silence, by SNR. Above 60 dB nobody hears it.
      expect(quality.repair.segSnrDb).toBeGreaterThan(Math.min(60, quality[baseline].segSnrDb) - 0.4);
      // A repetition of noise has just its spectrum, and is 3 dB worse than silence.
      if (material === 'noise' && baseline === 'repeat') continue;
      expect(quality.repair.lsdDb).toBeLessThan(1.05 * quality[baseline].lsdDb + 0.1);
    }
  });

  it.each(table.map(({ material, quality }) => [material, quality] as const))(
    '%s joins',
    (material, quality) => {
      // No kink at a join is much larger than the sound's own; silence makes such ones wherever there is a tone.
      expect(quality.repair.joinTimes).toBeLessThan(1.5);
      if (!['drums', 'noise'].includes(material)) expect(quality.zero.joinTimes).toBeGreaterThan(3);
    },
  );

  it('what follows the gap is worth having', () => {
    // A sine needs no far side: all that can differ is what nobody hears.
    const sounds = table.filter(({ material }) => material !== 'sine');
    const gain = (measure: 'segSnrDb' | 'lsdDb') =>
      sounds.reduce((sum, { quality }) => sum + quality.repair[measure] - quality.extrapolate[measure], 0);
    expect(gain('segSnrDb')).toBeGreaterThan(0);
    expect(gain('lsdDb')).toBeLessThan(-0.5 * sounds.length);
  });
});
