// The kernel against the plain least-squares problem that it claims to solve.
import { describe, expect, it } from 'vitest';
import { makeMaterial } from '../../bench/repair/material.js';
import { BurgFit } from '../../engine/repair/burg-fit.js';
import { choleskyFactor, choleskySolve } from '../../engine/repair/cholesky.js';
import { PcmRepair } from '../../engine/repair/pcm-repair.js';

const SEED = 5;
const AT = 1000;

function modelOf(x: Float64Array, order: number): BurgFit {
  const fit = new BurgFit(64);
  fit.clear();
  fit.add(0, AT);
  fit.fit(x, order);
  return fit;
}

/** Minimizes the sum of e[n]^2, n = AT .. AT + length + far, by the full normal equations. */
function leastSquares(x: Float64Array, a: Float64Array, order: number, length: number, far: number) {
  const normal = new Float64Array(length * length);
  const right = new Float64Array(length);
  for (let n = AT; n < AT + length + far; n++) {
    let known = 0;
    for (let k = 0; k <= order; k++) {
      if (n - k < AT || n - k >= AT + length) known += a[k] * x[n - k];
    }
    for (let i = 0; i < length; i++) {
      const ai = coefficient(a, order, n - AT - i);
      right[i] -= ai * known;
      for (let j = 0; j < length; j++) normal[i * length + j] += ai * coefficient(a, order, n - AT - j);
    }
  }
  expect(choleskyFactor(normal, length)).toBe(true);
  choleskySolve(normal, length, right);
  return right;
}

const coefficient = (a: Float64Array, order: number, k: number): number => (k < 0 || k > order ? 0 : a[k]);

describe('the bridge', () => {
  const cases = [
    ['noise', 32, 64, 32],
    ['noise', 16, 5, 16],
    ['drums', 24, 100, 24],
    ['piano', 8, 40, 3],
    ['voice', 16, 40, 16],
  ] as const;
  it.each(cases)(
    '%s, order %d, %d frames, %d behind: the least excitation',
    (material, order, length, far) => {
      const x = Float64Array.from(makeMaterial(material, 12000, 48000, SEED).subarray(9000));
      const fit = modelOf(x, order);
      const expected = leastSquares(x, fit.a, fit.order, length, far);
      const kernel = new PcmRepair(64, 960);
      kernel.bridge(fit, x, AT, length, far, new Float64Array(length));
      const scale = Math.max(...expected.map(Math.abs));
      for (let i = 0; i < length; i++) expect(Math.abs(x[AT + i] - expected[i])).toBeLessThan(1e-3 * scale);
    },
  );

  it('lands on what follows whatever drives it', () => {
    const x = Float64Array.from(makeMaterial('strings', 12000, 48000, SEED).subarray(9000));
    const fit = modelOf(x, 32);
    const kernel = new PcmRepair(64, 960);
    const drive = Float64Array.from({ length: 300 }, (_, n) => 0.01 * Math.sin(n * n));
    const slope = Math.max(...x.map((value, n) => (n > 0 ? Math.abs(value - x[n - 1]) : 0)));
    kernel.bridge(fit, x, AT, 300, 32, drive);
    expect(Math.abs(x[AT + 300] - x[AT + 299])).toBeLessThan(1.5 * slope);
    expect(Math.abs(x[AT] - x[AT - 1])).toBeLessThan(1.5 * slope);
  });

  it('without a far side it runs on as the model says', () => {
    const x = Float64Array.from({ length: 1500 }, (_, n) => Math.sin(n / 7));
    const fit = modelOf(x, 16);
    const truth = x.slice();
    new PcmRepair(64, 960).bridge(fit, x, AT, 200, 0, new Float64Array(200));
    for (let n = AT; n < AT + 200; n++) expect(Math.abs(x[n] - truth[n])).toBeLessThan(0.05);
  });
});

describe('the solver', () => {
  it('says so when the system is not positive definite', () => {
    expect(choleskyFactor(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
    expect(choleskyFactor(Float64Array.of(0), 1)).toBe(false);
    expect(choleskyFactor(Float64Array.of(Number.NaN), 1)).toBe(false);
  });
});
