/**
 * c[d] += sum of x[n] x[n+d] inside x[from, to), d = 0..lagMax; four lags a pass, so that up to three behind
 * lagMax are written, too. [engine-thread]
 */
export function correlate(x: Float64Array, from: number, to: number, lagMax: number, c: Float64Array): void {
  for (let d = 0; d <= lagMax; d += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const stop = Math.max(from, to - d - 3);
    let x0 = x[from + d];
    let x1 = x[from + d + 1];
    let x2 = x[from + d + 2];
    for (let n = from; n < stop; n++) {
      const v = x[n];
      const x3 = x[n + d + 3];
      s0 += v * x0;
      s1 += v * x1;
      s2 += v * x2;
      s3 += v * x3;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    for (let n = stop; n < to - d; n++) {
      s0 += x[n] * x[n + d];
      if (n + d + 1 < to) s1 += x[n] * x[n + d + 1];
      if (n + d + 2 < to) s2 += x[n] * x[n + d + 2];
    }
    c[d] += s0;
    c[d + 1] += s1;
    c[d + 2] += s2;
    c[d + 3] += s3;
  }
}
