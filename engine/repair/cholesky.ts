// Solves S w = d for a symmetric positive definite S, n by n, row by row in one flat array (lower half used).

/**
 * Turns the lower half of `s` into its Cholesky factor, its diagonal into the reciprocals of the factor's.
 * False when S is not positive definite as far as the numbers can tell. n^3/6 operations. [engine-thread]
 */
export function choleskyFactor(s: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let even = s[row + j];
      let odd = 0;
      let k = 0;
      for (; k + 1 < j; k += 2) {
        even -= s[row + k] * s[other + k];
        odd -= s[row + k + 1] * s[other + k + 1];
      }
      if (k < j) even -= s[row + k] * s[other + k];
      const rest = even + odd;
      if (j < i) s[row + j] = rest * s[other + j];
      else if (rest > 0) s[row + i] = 1 / Math.sqrt(rest);
      else return false;
    }
  }
  return true;
}

/** Turns `d` into the solution, given the factor. n^2 operations. [engine-thread] */
export function choleskySolve(factor: Float64Array, n: number, d: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let value = d[i];
    for (let k = 0; k < i; k++) value -= factor[row + k] * d[k];
    d[i] = value * factor[row + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = d[i] * factor[row + i];
    d[i] = value;
    for (let k = 0; k < i; k++) d[k] -= factor[row + k] * value;
  }
}
