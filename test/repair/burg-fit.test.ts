// The fast recursion against the textbook's lattice, and where numbers get awkward.
import { describe, expect, it } from 'vitest';
import { burgCoefficients } from '../../bench/repair/baselines.js';
import { MATERIALS, makeMaterial } from '../../bench/repair/material.js';
import { BurgFit } from '../../engine/repair/burg-fit.js';

const SEED = 41;

describe('the autoregressive fit', () => {
  it.each(MATERIALS)('equals the textbook on %s', (material) => {
    const x = Float64Array.from(makeMaterial(material, 9000, 48000, SEED).subarray(8000));
    const fit = new BurgFit(32);
    fit.clear();
    fit.add(0, x.length);
    fit.fit(x, 32);
    const truth = burgCoefficients(x, 32);
    // Coefficients of a nearly singular problem differ: what counts is the error they leave.
    const left = errorEnergy(x, fit.a, fit.order);
    expect(left).toBeLessThanOrEqual(errorEnergy(x, truth, 32) * 1.01 + 1e-7 * energy(x));
  });

  it('fits two stretches as one when they are equal', () => {
    const x = Float64Array.from(makeMaterial('noise', 9000, 48000, SEED).subarray(8500));
    const twice = Float64Array.from([...x, ...x]);
    const one = new BurgFit(16);
    one.clear();
    one.add(0, x.length);
    one.fit(x, 16);
    const two = new BurgFit(16);
    two.clear();
    two.add(0, x.length);
    two.add(x.length, 2 * x.length);
    two.fit(twice, 16);
    for (let k = 0; k <= 16; k++) expect(two.a[k]).toBeCloseTo(one.a[k], 6);
    expect(two.errorEnergy).toBeCloseTo(one.errorEnergy, 9);
  });

  it.each([
    ['silence', () => 0],
    ['a constant', () => 1],
    ['an impulse', (n: number) => (n === 100 ? 1 : 0)],
    ['a square wave', (n: number) => (n % 50 < 25 ? 1 : -1)],
    ['alternating full scale', (n: number) => 1 - 2 * (n % 2)],
    ['denormal numbers', (n: number) => 1e-310 * (n % 3)],
    ['huge numbers', (n: number) => 3e38 * Math.sin(n)],
    ['growth', (n: number) => 1.05 ** n],
  ])('stays stable on %s', (_name, sample) => {
    const x = Float64Array.from({ length: 400 }, (_, n) => sample(n));
    const fit = new BurgFit(64);
    fit.clear();
    fit.add(0, 400);
    fit.fit(x, 64);
    const response = new Float64Array(4000);
    let loudest = 0;
    for (let n = 0; n < response.length; n++) {
      let value = n === 0 ? 1 : 0;
      for (let k = 1; k <= Math.min(n, fit.order); k++) value -= fit.a[k] * response[n - k];
      response[n] = value;
      if (n > 3000) loudest = Math.max(loudest, Math.abs(value));
    }
    expect(response.every(Number.isFinite)).toBe(true);
    expect(loudest).toBeLessThan(Math.max(...response.map(Math.abs)) * 1.001);
  });
});

function energy(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value * value, 0);
}

function errorEnergy(x: Float64Array, a: Float64Array, order: number): number {
  let sum = 0;
  for (let n = order; n < x.length; n++) {
    let error = 0;
    for (let k = 0; k <= order; k++) error += a[k] * x[n - k];
    sum += error * error;
  }
  return sum;
}
