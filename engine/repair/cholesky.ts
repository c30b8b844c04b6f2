// Solves S w = d for a symmetric positive definite S, n by n, row by row in one flat array (lower half used).
import { dot } from './dot.js';

/**
 * Turns the lower half of `s` into its Cholesky factor, its diagonal into the reciprocals of the factor's.
 * False when S is not positive definite as far as the numbers can tell. n^3/6 operations. [engine-thread]
 */
export function choleskyFactor(s: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      s[row + j] = (s[row + j] - dot(s, row, s, other, j)) * s[other + j];
    }
    const rest = s[row + i] - dot(s, row, s, row, i);
    if (!(rest > 0)) return false;
    s[row + i] = 1 / Math.sqrt(rest);
  }
  return true;
}

/** Turns `d` into the solution, given the factor. n^2 operations. [engine-thread] */
export function choleskySolve(factor: Float64Array, n: number, d: Float64Array): void {
  for (let i = 0; i < n; i++) d[i] = (d[i] - dot(factor, i * n, d, 0, i)) * factor[i * n + i];
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = d[i] * factor[row + i];
    d[i] = value;
    for (let k = 0; k < i; k++) d[k] -= factor[row + k] * value;
  }
}
